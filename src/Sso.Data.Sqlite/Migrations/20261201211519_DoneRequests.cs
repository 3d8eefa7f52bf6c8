using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Sso.Data.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class DoneRequests : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "DoneAt",
                table: "IdempotentRequests",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<byte[]>(
                name: "Owner",
                table: "IdempotentRequests",
                type: "BLOB",
                fixedLength: true,
                maxLength: 16,
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "TokensValidFrom",
                table: "Clients",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "IX_People_Id",
                table: "People",
                column: "Id",
                filter: "\"DisabledAt\" IS NOT NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_People_Id",
                table: "People");

            migrationBuilder.DropColumn(
                name: "DoneAt",
                table: "IdempotentRequests");

            migrationBuilder.DropColumn(
                name: "Owner",
                table: "IdempotentRequests");

            migrationBuilder.DropColumn(
                name: "TokensValidFrom",
                table: "Clients");
        }
    }
}
