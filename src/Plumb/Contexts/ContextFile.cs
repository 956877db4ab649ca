using System.Text.Json;

namespace Plumb.Commands.Contexts;

/// <summary>The file of contexts: for its owner's eyes only, and replaced as a whole.</summary>
/// <param name="path">Where it is.</param>
internal sealed class ContextFile(string path)
{
    private const UnixFileMode ForOthers =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    public string Path { get; } = path;

    /// <summary><c>$XDG_CONFIG_HOME/plumb/contexts.json</c>, else below the user's folder for settings (<c>~/.config</c>).</summary>
    public static ContextFile OfUser(Func<string, string?> environment)
    {
        // The specification of base directories says that a relative one is to be ignored.
        var folder = environment("XDG_CONFIG_HOME") is { Length: > 0 } set && System.IO.Path.IsPathRooted(set)
            ? set
            : Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return new ContextFile(System.IO.Path.Combine(folder, "plumb", "contexts.json"));
    }

    /// <summary>What it holds; nothing when it is not there.</summary>
    /// <exception cref="UsageException">It is damaged. Nothing of its content is repeated.</exception>
    public ContextSet Read()
    {
        byte[] text;
        try
        {
            text = File.ReadAllBytes(Path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return ContextSet.Empty;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"the contexts cannot be read: {e.Message}");
        }

        ContextSet set;
        try
        {
            set = JsonSerializer.Deserialize(text, ContextJson.Default.ContextSet) ?? throw Damaged("it is empty");
        }
        catch (JsonException e)
        {
            throw Damaged(e.LineNumber is { } line ? $"line {line + 1} is not what it should be" : "it is not the JSON that it should be");
        }

        Check(set);
        return set;
    }

    /// <summary>Whether others of this machine can read or change it.</summary>
    public bool IsOpenToOthers() => !OperatingSystem.IsWindows() && File.Exists(Path) && (File.GetUnixFileMode(Path) & ForOthers) != 0;

    public async Task WriteAsync(ContextSet set, CancellationToken ct)
    {
        var folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path))!;
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await PrivateFile.WriteAsync(Path, JsonSerializer.Serialize(set, ContextJson.Default.ContextSet) + "\n", ct);
    }

    private void Check(ContextSet set)
    {
        foreach (var context in set.Contexts)
        {
            if (context is null || context.Name.Length == 0) throw Damaged("a context has no name");
            try
            {
                ServerAddress.Parse(context.Server);
            }
            catch (UsageException)
            {
                throw Damaged($"the context {context.Name} has no address of a server");
            }
        }

        if (set.Contexts.GroupBy(c => c.Name).FirstOrDefault(g => g.Count() > 1) is { } twice) throw Damaged($"there are two contexts {twice.Key}");
        if (set.Current.Length > 0 && set.Find(set.Current) is null) throw Damaged($"its current context {set.Current} is not there");
    }

    private UsageException Damaged(string why) =>
        new($"the file of contexts {Path} is damaged: {why}. Mend it, or remove it and sign in again with `plumb login`");
}
