using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Plumb.Store.Sqlite.Migrations
{
    /// <inheritdoc />
    internal partial class FirstRuns : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "runs",
                columns: table => new
                {
                    Id = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    Application = table.Column<string>(type: "TEXT", maxLength: 253, nullable: false),
                    Phase = table.Column<string>(type: "TEXT", maxLength: 16, nullable: false),
                    StartedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    FinishedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    Document = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_runs", x => x.Id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_runs_Application_StartedAt",
                table: "runs",
                columns: new[] { "Application", "StartedAt" });

            migrationBuilder.CreateIndex(
                name: "IX_runs_Phase",
                table: "runs",
                column: "Phase");

            migrationBuilder.CreateIndex(
                name: "IX_runs_StartedAt",
                table: "runs",
                column: "StartedAt");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "runs");
        }
    }
}
