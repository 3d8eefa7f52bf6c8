using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Sso.Data.Sqlite.Migrations
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
                    ClientId = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    Address = table.Column<string>(type: "TEXT", maxLength: 50, nullable: false),
                    FirstRequestAt = table.Column<long>(type: "INTEGER", nullable: false),
                    LastRequestAt = table.Column<long>(type: "INTEGER", nullable: false),
                    FetchedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    NewestKeyAt = table.Column<long>(type: "INTEGER", nullable: true)
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
