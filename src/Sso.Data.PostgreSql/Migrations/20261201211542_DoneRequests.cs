using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Sso.Data.PostgreSql.Migrations
{
    /// <inheritdoc />
    public partial class DoneRequests : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "DoneAt",
                table: "IdempotentRequests",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<byte[]>(
                name: "Owner",
                table: "IdempotentRequests",
                type: "bytea",
                fixedLength: true,
                maxLength: 16,
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "TokensValidFrom",
                table: "Clients",
                type: "timestamp with time zone",
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
