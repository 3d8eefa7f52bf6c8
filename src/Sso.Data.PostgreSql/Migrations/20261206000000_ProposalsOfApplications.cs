using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Sso.Data.PostgreSql.Migrations
{
    /// <inheritdoc />
    public partial class ProposalsOfApplications : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropPrimaryKey(
                name: "PK_Proposals",
                table: "Proposals");

            migrationBuilder.AddColumn<string>(
                name: "ClientId",
                table: "Proposals",
                type: "character varying(255)",
                maxLength: 255,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "Change",
                table: "Proposals",
                type: "character varying(1000)",
                maxLength: 1000,
                nullable: true);

            migrationBuilder.AddPrimaryKey(
                name: "PK_Proposals",
                table: "Proposals",
                columns: new[] { "Act", "PersonId", "ClientId" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            // The narrower key has no room for several applications: what was proposed about them is proposed again.
            migrationBuilder.Sql("DELETE FROM \"Proposals\" WHERE \"Act\" = 1;");

            migrationBuilder.DropPrimaryKey(
                name: "PK_Proposals",
                table: "Proposals");

            migrationBuilder.DropColumn(
                name: "ClientId",
                table: "Proposals");

            migrationBuilder.DropColumn(
                name: "Change",
                table: "Proposals");

            migrationBuilder.AddPrimaryKey(
                name: "PK_Proposals",
                table: "Proposals",
                columns: new[] { "Act", "PersonId" });
        }
    }
}
