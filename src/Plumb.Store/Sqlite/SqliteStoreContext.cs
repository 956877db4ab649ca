using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Plumb.Store.Sqlite;

/// <summary>The model on SQLite, with its own migrations.</summary>
internal sealed class SqliteStoreContext(DbContextOptions<SqliteStoreContext> options) : StoreContext(options)
{
    /// <summary>Used by the migrations tool only.</summary>
    internal sealed class Factory : IDesignTimeDbContextFactory<SqliteStoreContext>
    {
        public SqliteStoreContext CreateDbContext(string[] args) =>
            new(new DbContextOptionsBuilder<SqliteStoreContext>().UseSqlite("Data Source=:memory:").Options);
    }
}
