using System.Buffers.Binary;
using System.Text;

namespace Plumb.GoTemplate.Functions.Dates;

/// <summary>
/// A time zone. "Local" is UTC here, so that a rendering does not depend on the machine; the others are read from the system's zone files,
/// since .NET does not tell zones' short names.
/// </summary>
internal sealed class GoZone
{
    public static readonly GoZone Utc = new("UTC", [], [(0, "UTC")], [], null);

    private static readonly string[] Folders = ["/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/usr/share/lib/zoneinfo"];

    private readonly long[] _starts;
    private readonly (int Offset, string Name)[] _kinds;
    private readonly byte[] _indexes;
    private readonly PosixRule? _afterwards;

    private GoZone(string name, long[] starts, (int Offset, string Name)[] kinds, byte[] indexes, PosixRule? afterwards)
    {
        Name = name;
        _starts = starts;
        _kinds = kinds;
        _indexes = indexes;
        _afterwards = afterwards;
    }

    public string Name { get; }

    public static GoZone Fixed(int offset, string name) => new(name, [], [(offset, name)], [], null);

    /// <summary>The zone of that name, UTC when there is none.</summary>
    public static GoZone Load(string name)
    {
        if (name is "" or "UTC" or "Local" || name.Contains("..", StringComparison.Ordinal) || name[0] is '/' or '\\') return Utc;
        foreach (var folder in Folders)
        {
            var file = Path.Combine(folder, name);
            if (!File.Exists(file)) continue;
            try
            {
                return Read(name, File.ReadAllBytes(file)) ?? Utc;
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
            {
                return Utc;
            }
        }

        return Utc;
    }

    /// <summary>Offset in seconds and short name at a time.</summary>
    public (int Offset, string Name) At(long seconds)
    {
        if (_starts.Length == 0) return _afterwards?.At(seconds) ?? _kinds[0];
        if (seconds < _starts[0]) return _kinds[0];
        if (seconds >= _starts[^1] && _afterwards is not null) return _afterwards.At(seconds);
        var at = Array.BinarySearch(_starts, seconds);
        return _kinds[_indexes[at >= 0 ? at : ~at - 1]];
    }

    /// <summary>Reads a TZif file (RFC 8536), of which the second block has 64-bit times.</summary>
    private static GoZone? Read(string name, byte[] file)
    {
        if (file.Length < 44 || !file.AsSpan(0, 4).SequenceEqual("TZif"u8) || file[4] < '2') return null;
        Span<int> counts = stackalloc int[6];
        Counts(file, 0, counts);
        var at = 44 + (counts[3] * 5) + (counts[4] * 6) + counts[5] + (counts[2] * 8) + counts[1] + counts[0];
        Counts(file, at, counts);
        at += 44;
        var (leaps, times, types, letters) = (counts[2], counts[3], counts[4], counts[5]);
        var starts = new long[times];
        for (var i = 0; i < times; i++) starts[i] = BinaryPrimitives.ReadInt64BigEndian(file.AsSpan(at + (8 * i)));
        at += 8 * times;
        var indexes = file.AsSpan(at, times).ToArray();
        at += times;
        var names = file.AsSpan(at + (6 * types), letters);
        var kinds = new (int, string)[types];
        for (var i = 0; i < types; i++)
        {
            var entry = file.AsSpan(at + (6 * i), 6);
            var text = names[entry[5]..];
            kinds[i] = (BinaryPrimitives.ReadInt32BigEndian(entry), Encoding.ASCII.GetString(text[..text.IndexOf((byte)0)]));
        }

        at += (6 * types) + letters + (leaps * 12) + counts[1] + counts[0];
        var footer = at + 1 < file.Length ? Encoding.ASCII.GetString(file.AsSpan(at)).Trim('\n') : "";
        return new GoZone(name, starts, kinds, indexes, PosixRule.Read(footer));
    }

    // isutcnt, isstdcnt, leapcnt, timecnt, typecnt, charcnt
    private static void Counts(byte[] file, int at, Span<int> counts)
    {
        for (var i = 0; i < 6; i++) counts[i] = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at + 20 + (4 * i)));
    }
}
