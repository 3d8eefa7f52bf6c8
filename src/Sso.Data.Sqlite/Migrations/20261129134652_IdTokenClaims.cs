using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Sso.Data.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class IdTokenClaims : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<bool>(
                name: "IdTokenClaims",
                table: "Clients",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "IdTokenClaims",
                table: "Clients");
        }
    }
}
