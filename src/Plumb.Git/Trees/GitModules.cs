using System.Text;

namespace Plumb.Git.Trees;

/// <summary>A submodule as <c>.gitmodules</c> declares it.</summary>
internal sealed record GitModule(string Path, string Url);

/// <summary>Reads <c>.gitmodules</c>: git's configuration format, of which only <c>path</c> and <c>url</c> of submodules count.</summary>
internal static class GitModules
{
    private const int MaxModules = 200;

    public static IReadOnlyList<GitModule> Parse(string text)
    {
        var modules = new List<GitModule>();
        string? path = null, url = null;
        var inside = false;
        void End()
        {
            if (inside && path is not null && url is not null && modules.Count < MaxModules) modules.Add(new GitModule(path.Trim('/'), url));
            (path, url) = (null, null);
        }

        foreach (var raw in text.Split('\n'))
        {
            var line = raw.Trim();
            if (line.Length == 0 || line[0] is '#' or ';') continue;
            if (line[0] == '[')
            {
                End();
                inside = line.StartsWith("[submodule ", StringComparison.OrdinalIgnoreCase);
                continue;
            }
            var equals = line.IndexOf('=');
            if (equals <= 0) continue;
            var value = Unquote(line[(equals + 1)..]);
            switch (line[..equals].Trim().ToLowerInvariant())
            {
                case "path": path = value; break;
                case "url": url = value; break;
            }
        }
        End();
        return modules;
    }

    private static string Unquote(string value)
    {
        var result = new StringBuilder();
        var quoted = false;
        value = value.Trim();
        for (var i = 0; i < value.Length; i++)
        {
            var c = value[i];
            if (c == '"') quoted = !quoted;
            else if (c == '\\' && i + 1 < value.Length) result.Append(value[++i]);
            else if (!quoted && c is '#' or ';') break;
            else result.Append(c);
        }
        return quoted ? result.ToString() : result.ToString().TrimEnd();
    }
}
