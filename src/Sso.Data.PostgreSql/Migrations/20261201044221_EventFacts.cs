using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Sso.Data.PostgreSql.Migrations
{
    /// <inheritdoc />
    public partial class EventFacts : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "Browser",
                table: "SecurityEvents",
                type: "character varying(50)",
                maxLength: 50,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "BrowserSystem",
                table: "SecurityEvents",
                type: "character varying(50)",
                maxLength: 50,
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "Method",
                table: "SecurityEvents",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Methods",
                table: "SecurityEvents",
                type: "character varying(50)",
                maxLength: 50,
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "Browser",
                table: "SecurityEvents");

            migrationBuilder.DropColumn(
                name: "BrowserSystem",
                table: "SecurityEvents");

            migrationBuilder.DropColumn(
                name: "Method",
                table: "SecurityEvents");

            migrationBuilder.DropColumn(
                name: "Methods",
                table: "SecurityEvents");
        }
    }
}
