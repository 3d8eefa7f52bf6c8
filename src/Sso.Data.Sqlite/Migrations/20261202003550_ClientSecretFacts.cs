using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Sso.Data.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class ClientSecretFacts : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "OtherSecretAlertedDays",
                table: "Clients",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "OtherSecretCreatedAt",
                table: "Clients",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "OtherSecretCreatedBy",
                table: "Clients",
                type: "TEXT",
                maxLength: 100,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "OtherSecretLabel",
                table: "Clients",
                type: "TEXT",
                maxLength: 60,
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "OtherSecretLastUsedAt",
                table: "Clients",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "SecretAlertedDays",
                table: "Clients",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "SecretCreatedAt",
                table: "Clients",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "SecretCreatedBy",
                table: "Clients",
                type: "TEXT",
                maxLength: 100,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "SecretLabel",
                table: "Clients",
                type: "TEXT",
                maxLength: 60,
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "SecretLastUsedAt",
                table: "Clients",
                type: "INTEGER",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "OtherSecretAlertedDays",
                table: "Clients");

            migrationBuilder.DropColumn(
                name: "OtherSecretCreatedAt",
                table: "Clients");

            migrationBuilder.DropColumn(
                name: "OtherSecretCreatedBy",
                table: "Clients");

            migrationBuilder.DropColumn(
                name: "OtherSecretLabel",
                table: "Clients");

            migrationBuilder.DropColumn(
                name: "OtherSecretLastUsedAt",
                table: "Clients");

            migrationBuilder.DropColumn(
                name: "SecretAlertedDays",
                table: "Clients");

            migrationBuilder.DropColumn(
                name: "SecretCreatedAt",
                table: "Clients");

            migrationBuilder.DropColumn(
                name: "SecretCreatedBy",
                table: "Clients");

            migrationBuilder.DropColumn(
                name: "SecretLabel",
                table: "Clients");

            migrationBuilder.DropColumn(
                name: "SecretLastUsedAt",
                table: "Clients");
        }
    }
}
