using Microsoft.Data.Sqlite;

namespace Plumb.Store.Sqlite;

/// <summary>What SQLite's result codes mean for whoever runs Plumb (sqlite.org/rescode.html).</summary>
internal static class SqliteFaults
{
    private const int Busy = 5;
    private const int Locked = 6;
    private const int ReadOnly = 8;
    private const int Io = 10;
    private const int Corrupt = 11;
    private const int Full = 13;
    private const int CannotOpen = 14;
    private const int NoDatabase = 26;

    /// <summary>The fault of SQLite inside; null when it is none.</summary>
    public static SqliteException? Of(Exception e) => e as SqliteException ?? e.InnerException as SqliteException;

    /// <summary>Whether the file is no good any more.</summary>
    public static bool IsDamage(SqliteException e) => e.SqliteErrorCode is Corrupt or NoDatabase;

    /// <summary>What, why, and the remedy.</summary>
    public static string Describe(string file, SqliteException e)
    {
        var remedy = e.SqliteErrorCode switch
        {
            Busy or Locked => "another program holds it locked. Close that program (a database shell, a backup).",
            ReadOnly => "it is read-only. Make the data folder and its files writable for this user.",
            CannotOpen => "it cannot be opened. Make the data folder writable for this user, with space left.",
            Full => "the disk is full. Free space on the disk that holds the data folder.",
            Io => "the disk cannot be read or written. Check the disk that holds the data folder, and its free space.",
            Corrupt or NoDatabase => "it is damaged. Move it away: a new one is begun, and only history is lost.",
            _ => $"SQLite answers: {e.Message}",
        };
        return $"{file}: {remedy} (SQLite error {e.SqliteErrorCode})";
    }

    /// <summary>The same for what the file system says.</summary>
    public static string Describe(string file, Exception e) =>
        $"{file}: {e.Message.TrimEnd('.')}. Make the data folder writable for this user, with space left.";
}
