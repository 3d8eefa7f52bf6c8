using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Sso.Data.PostgreSql.Migrations
{
    /// <inheritdoc />
    public partial class Administrators : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "ConsoleSeenAt",
                table: "Sessions",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "FirstAdministratorAt",
                table: "ConfigurationVersions",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "Administrators",
                columns: table => new
                {
                    PersonId = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 16, nullable: false),
                    Role = table.Column<int>(type: "integer", nullable: false),
                    CreatedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    CreatedBy = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Administrators", x => x.PersonId);
                });

            migrationBuilder.CreateTable(
                name: "ManagedClients",
                columns: table => new
                {
                    PersonId = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 16, nullable: false),
                    ClientId = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ManagedClients", x => new { x.PersonId, x.ClientId });
                });

            migrationBuilder.UpdateData(
                table: "ConfigurationVersions",
                keyColumn: "Id",
                keyValue: 1,
                column: "FirstAdministratorAt",
                value: null);

            migrationBuilder.CreateIndex(
                name: "IX_ManagedClients_ClientId",
                table: "ManagedClients",
                column: "ClientId");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "Administrators");

            migrationBuilder.DropTable(
                name: "ManagedClients");

            migrationBuilder.DropColumn(
                name: "ConsoleSeenAt",
                table: "Sessions");

            migrationBuilder.DropColumn(
                name: "FirstAdministratorAt",
                table: "ConfigurationVersions");
        }
    }
}
