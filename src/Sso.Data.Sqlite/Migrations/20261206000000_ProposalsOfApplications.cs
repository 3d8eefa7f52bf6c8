using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Sso.Data.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class ProposalsOfApplications : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // By hand: what EF Core makes of another primary key switches foreign keys off, which cannot be part of a transaction.
            migrationBuilder.DropIndex(name: "IX_Proposals_ExpiresAt", table: "Proposals");
            migrationBuilder.DropIndex(name: "IX_Proposals_ProposerId", table: "Proposals");
            migrationBuilder.RenameTable(name: "Proposals", newName: "ProposalsBefore");
            migrationBuilder.CreateTable(
                name: "Proposals",
                columns: table => new
                {
                    Act = table.Column<int>(type: "INTEGER", nullable: false),
                    PersonId = table.Column<byte[]>(type: "BLOB", fixedLength: true, maxLength: 16, nullable: false),
                    ClientId = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false, defaultValue: ""),
                    ProposerId = table.Column<byte[]>(type: "BLOB", fixedLength: true, maxLength: 16, nullable: false),
                    ProposedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    ExpiresAt = table.Column<long>(type: "INTEGER", nullable: false),
                    Checks = table.Column<int>(type: "INTEGER", nullable: false),
                    Reference = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    Change = table.Column<string>(type: "TEXT", maxLength: 1000, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Proposals", x => new { x.Act, x.PersonId, x.ClientId });
                });
            Move(migrationBuilder, from: "ProposalsBefore");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            // The narrower key has no room for several applications: what was proposed about them is proposed again.
            migrationBuilder.Sql("DELETE FROM \"Proposals\" WHERE \"Act\" = 1;");
            migrationBuilder.DropIndex(name: "IX_Proposals_ExpiresAt", table: "Proposals");
            migrationBuilder.DropIndex(name: "IX_Proposals_ProposerId", table: "Proposals");
            migrationBuilder.RenameTable(name: "Proposals", newName: "ProposalsAfter");
            migrationBuilder.CreateTable(
                name: "Proposals",
                columns: table => new
                {
                    Act = table.Column<int>(type: "INTEGER", nullable: false),
                    PersonId = table.Column<byte[]>(type: "BLOB", fixedLength: true, maxLength: 16, nullable: false),
                    ProposerId = table.Column<byte[]>(type: "BLOB", fixedLength: true, maxLength: 16, nullable: false),
                    ProposedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    ExpiresAt = table.Column<long>(type: "INTEGER", nullable: false),
                    Checks = table.Column<int>(type: "INTEGER", nullable: false),
                    Reference = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Proposals", x => new { x.Act, x.PersonId });
                });
            Move(migrationBuilder, from: "ProposalsAfter");
        }

        private static void Move(MigrationBuilder migrationBuilder, string from)
        {
            const string Columns =
                "\"Act\", \"PersonId\", \"ProposerId\", \"ProposedAt\", \"ExpiresAt\", \"Checks\", \"Reference\"";
            migrationBuilder.Sql($"INSERT INTO \"Proposals\" ({Columns}) SELECT {Columns} FROM \"{from}\";");
            migrationBuilder.DropTable(name: from);
            migrationBuilder.CreateIndex(name: "IX_Proposals_ExpiresAt", table: "Proposals", column: "ExpiresAt");
            migrationBuilder.CreateIndex(name: "IX_Proposals_ProposerId", table: "Proposals", column: "ProposerId");
        }
    }
}
