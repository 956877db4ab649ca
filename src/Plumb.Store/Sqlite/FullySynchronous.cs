using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Plumb.Store.Sqlite;

/// <summary>
/// Has each connection wait for the disk before a write counts as done. It is a setting of the connection, not of the file, and what a
/// build of SQLite takes by default varies.
/// </summary>
internal sealed class FullySynchronous : DbConnectionInterceptor
{
    private const string Pragma = "PRAGMA synchronous=FULL";

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        using var command = connection.CreateCommand();
        command.CommandText = Pragma;
        command.ExecuteNonQuery();
    }

    public override async Task ConnectionOpenedAsync(
        DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = Pragma;
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
