using System.Globalization;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;

namespace Plumb.Sandbox.Storage.Persistence;

/// <summary>One change to be written: an object's JSON, or its end.</summary>
internal sealed record Change(string Group, string Plural, string Namespace, string Name, long Revision, byte[]? Json);

/// <summary>
/// The SQLite file with the sandbox's objects: one row an object, as it is stored, and a few facts about the server. One process at a
/// time. Not thread-safe.
/// </summary>
internal sealed class DataFile : IDisposable
{
    private const string Format = "1";

    private readonly SqliteConnection _connection;

    private DataFile(string path, SqliteConnection connection) => (Path, _connection) = (path, connection);

    public string Path { get; }

    /// <exception cref="SandboxDataException">Damaged, of another format, in use, or it cannot be written.</exception>
    public static DataFile Open(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        SqliteConnection? connection = null;
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(full)!);
            MakePrivate(full);
            connection = new SqliteConnection(new SqliteConnectionStringBuilder
            {
                DataSource = full,
                Mode = SqliteOpenMode.ReadWriteCreate,
                Pooling = false,
                DefaultTimeout = 1,
            }.ToString());
            connection.Open();
            var file = new DataFile(full, connection);
            file.Prepare();
            return file;
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            connection?.Dispose();
            if (e is SandboxDataException) throw;
            throw new SandboxDataException(Explain(full, e), e);
        }
    }

    public string? Fact(string name)
    {
        using var command = Command("SELECT value FROM facts WHERE name = $name");
        command.Parameters.AddWithValue("$name", name);
        return command.ExecuteScalar() as string;
    }

    public void SetFact(string name, string value)
    {
        using var command = Command("INSERT INTO facts (name, value) VALUES ($name, $value) ON CONFLICT (name) DO UPDATE SET value = excluded.value");
        command.Parameters.AddWithValue("$name", name);
        command.Parameters.AddWithValue("$value", value);
        command.ExecuteNonQuery();
    }

    /// <summary>The newest revision that was written.</summary>
    public long Revision => long.TryParse(Fact("revision"), NumberStyles.None, CultureInfo.InvariantCulture, out var r) ? r : 0;

    /// <summary>All objects, by resource.</summary>
    /// <exception cref="SandboxDataException">One cannot be read.</exception>
    public IEnumerable<(string Group, string Plural, KubeObject Object, long Revision)> Read()
    {
        using var command = Command("SELECT resource_group, plural, namespace, name, revision, json FROM objects");
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            MapNode root;
            try
            {
                root = Json.Parse((byte[])reader[5]).AsMap() ?? throw new JsonException("no object");
            }
            catch (JsonException e)
            {
                throw new SandboxDataException(
                    $"The sandbox's data file {Path} is damaged: {reader.GetString(1)} {reader.GetString(2)}/{reader.GetString(3)} is no JSON " +
                    $"object ({e.Message}). Restore a copy of it, or delete it to begin anew.", e);
            }

            yield return (reader.GetString(0), reader.GetString(1), new(root), reader.GetInt64(4));
        }
    }

    /// <summary>Writes changes in order; they are on disk when it returns, or none of them is.</summary>
    /// <exception cref="SandboxDataException">They cannot be written.</exception>
    public void Write(IReadOnlyList<Change> changes)
    {
        try
        {
            using var transaction = _connection.BeginTransaction();
            using var put = Command("""
                INSERT INTO objects (resource_group, plural, namespace, name, revision, json) VALUES ($group, $plural, $namespace, $name, $revision, $json)
                ON CONFLICT (resource_group, plural, namespace, name) DO UPDATE SET revision = excluded.revision, json = excluded.json
                """);
            using var remove = Command("DELETE FROM objects WHERE resource_group = $group AND plural = $plural AND namespace = $namespace AND name = $name");
            foreach (var change in changes) Execute(change.Json is null ? remove : put, change);
            SetFact("revision", changes[^1].Revision.ToString(CultureInfo.InvariantCulture));
            transaction.Commit();
        }
        catch (SqliteException e)
        {
            throw new SandboxDataException(
                $"The sandbox's data file {Path} cannot be written: {e.Message}. Free space or mend the disk; writing is tried again.", e);
        }
    }

    public void Dispose() => _connection.Dispose();

    private static void Execute(SqliteCommand command, Change change)
    {
        command.Parameters.Clear();
        command.Parameters.AddWithValue("$group", change.Group);
        command.Parameters.AddWithValue("$plural", change.Plural);
        command.Parameters.AddWithValue("$namespace", change.Namespace);
        command.Parameters.AddWithValue("$name", change.Name);
        if (change.Json is { } json)
        {
            command.Parameters.AddWithValue("$revision", change.Revision);
            command.Parameters.AddWithValue("$json", json);
        }

        command.ExecuteNonQuery();
    }

    private void Prepare()
    {
        // Exclusive: a second sandbox on the same file finds it locked. Full: a commit is on disk when it returns.
        Run("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
        using (var check = Command("PRAGMA quick_check(1)"))
        {
            if (check.ExecuteScalar() as string is { } found and not "ok")
                throw new SandboxDataException($"The sandbox's data file {Path} is damaged: {found}. Restore a copy of it, or delete it to begin anew.");
        }

        Run("""
            CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
            CREATE TABLE IF NOT EXISTS objects (resource_group TEXT NOT NULL, plural TEXT NOT NULL, namespace TEXT NOT NULL, name TEXT NOT NULL,
                revision INTEGER NOT NULL, json BLOB NOT NULL, PRIMARY KEY (resource_group, plural, namespace, name));
            """);
        var format = Fact("format");
        if (format is null) SetFact("format", Format);
        else if (format != Format)
        {
            throw new SandboxDataException(
                $"The sandbox's data file {Path} has format {format}; this version reads format {Format}. Use the version that wrote it, or another file.");
        }
    }

    private static void MakePrivate(string path)
    {
        // It holds Secrets and the server's key.
        if (OperatingSystem.IsWindows()) return;
        using var made = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
    }

    private static string Explain(string path, Exception fault) => fault switch
    {
        SqliteException { SqliteErrorCode: 5 or 6 } =>
            $"The sandbox's data file {path} is in use by another process. Stop that sandbox first, or use another file.",
        SqliteException { SqliteErrorCode: 11 or 26 } =>
            $"The sandbox's data file {path} is damaged or no such file ({fault.Message}). Restore a copy of it, or delete it to begin anew.",
        _ => $"The sandbox's data file {path} cannot be opened: {fault.Message}",
    };

    private void Run(string sql)
    {
        using var command = Command(sql);
        command.ExecuteNonQuery();
    }

    private SqliteCommand Command(string sql)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        return command;
    }
}
