using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace Plumb.Server.Access.Http;

/// <summary>Keeps the keys that protect cookies in files that only their owner may read, so that people stay signed in over a restart.</summary>
internal sealed class KeyFiles(string folder) : IXmlRepository
{
    private const UnixFileMode OwnFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <inheritdoc/>
    public IReadOnlyCollection<XElement> GetAllElements() =>
        Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, "*.xml").Order(StringComparer.Ordinal).Select(XElement.Load)] : [];

    /// <inheritdoc/>
    public void StoreElement(XElement element, string friendlyName)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, OwnFile | UnixFileMode.UserExecute);
        var name = new string([.. friendlyName.Select(c => char.IsAsciiLetterOrDigit(c) || c == '-' ? c : '-')]);
        var file = Path.Combine(folder, name + ".xml");
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnFile;
        using (var stream = new FileStream(file + ".new", options)) element.Save(stream);
        File.Move(file + ".new", file, overwrite: true);
    }
}
