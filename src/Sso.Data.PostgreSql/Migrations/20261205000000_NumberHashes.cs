using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Sso.Data.PostgreSql.Migrations
{
    /// <inheritdoc />
    public partial class NumberHashes : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<byte[]>(
                name: "NumberHash",
                table: "SecondFactors",
                type: "bytea",
                fixedLength: true,
                maxLength: 32,
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "IX_SecondFactors_Id",
                table: "SecondFactors",
                column: "Id",
                filter: "\"Method\" = 2 AND \"NumberHash\" IS NULL");

            migrationBuilder.CreateIndex(
                name: "IX_SecondFactors_NumberHash",
                table: "SecondFactors",
                column: "NumberHash",
                filter: "\"NumberHash\" IS NOT NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_SecondFactors_Id",
                table: "SecondFactors");

            migrationBuilder.DropIndex(
                name: "IX_SecondFactors_NumberHash",
                table: "SecondFactors");

            migrationBuilder.DropColumn(
                name: "NumberHash",
                table: "SecondFactors");
        }
    }
}
