using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Sso.Data.PostgreSql.Migrations
{
    /// <inheritdoc />
    public partial class BackendAddresses : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "BackendAddresses",
                columns: table => new
                {
                    ClientId = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    Address = table.Column<string>(type: "character varying(50)", maxLength: 50, nullable: false),
                    FirstRequestAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    LastRequestAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    FetchedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    NewestKeyAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_BackendAddresses", x => new { x.ClientId, x.Address });
                });

            migrationBuilder.CreateIndex(
                name: "IX_BackendAddresses_Address",
                table: "BackendAddresses",
                column: "Address");

            migrationBuilder.CreateIndex(
                name: "IX_BackendAddresses_LastRequestAt",
                table: "BackendAddresses",
                column: "LastRequestAt");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "BackendAddresses");
        }
    }
}
