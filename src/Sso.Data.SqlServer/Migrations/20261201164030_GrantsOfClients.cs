using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Sso.Data.SqlServer.Migrations
{
    /// <inheritdoc />
    public partial class GrantsOfClients : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateIndex(
                name: "IX_Grants_ClientId_CreatedAt",
                table: "Grants",
                columns: new[] { "ClientId", "CreatedAt" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Grants_ClientId_CreatedAt",
                table: "Grants");
        }
    }
}
