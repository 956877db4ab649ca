using System.Globalization;
using Plumb.GoTemplate.Values;

namespace Plumb.Manifests.Helm.Rendering;

/// <summary><c>.Capabilities.KubeVersion</c> (<c>pkg/chart/common/capabilities.go</c>).</summary>
public sealed class KubeVersion : GoObject
{
    private static readonly GoType StructType = GoType.Struct(
        "common.KubeVersion",
        new GoFunction("String", [GoType.Any], static (_, a) => GoValue.From(a[0].Object.Text)),
        new GoFunction("GitVersion", [GoType.Any], static (_, a) => GoValue.From(((KubeVersion)a[0].Object).Version)));

    private static readonly string[] Names = ["Version", "Major", "Minor"];

    private KubeVersion(string version, string normal, string major, string minor)
    {
        Version = version;
        Normal = normal;
        Major = major;
        Minor = minor;
    }

    /// <summary>The whole version as it was given, with a leading <c>v</c>.</summary>
    public string Version { get; }

    /// <summary>The version without what follows its numbers: ranges are checked against it.</summary>
    public string Normal { get; }

    /// <summary>The first number.</summary>
    public string Major { get; }

    /// <summary>The second number.</summary>
    public string Minor { get; }

    /// <inheritdoc/>
    public override GoType Type => StructType;

    /// <inheritdoc/>
    public override IReadOnlyList<string> FieldNames => Names;

    /// <inheritdoc/>
    public override string Text => Normal;

    /// <summary>Reads a version such as <c>1.33</c>, <c>v1.33.4</c> or <c>v1.33.4-gke.1</c> (<c>ParseGeneric</c> of apimachinery).</summary>
    /// <exception cref="HelmException"><c>invalid kube version '…': …</c>.</exception>
    public static KubeVersion Parse(string text)
    {
        var rest = text.Trim().TrimStart('v');
        if (text.Trim().StartsWith("vv", StringComparison.Ordinal)) throw Refuse(text, "could not parse");
        var length = 0;
        while (length < rest.Length && (char.IsAsciiDigit(rest[length]) || (rest[length] == '.' && length + 1 < rest.Length && char.IsAsciiDigit(rest[length + 1]))))
        {
            length++;
        }

        var parts = rest[..length].Split('.', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length < 2 || rest.StartsWith('.')) throw Refuse(text, "could not parse");
        var numbers = new List<ulong>();
        foreach (var part in parts)
        {
            if (part.Length > 1 && part[0] == '0') throw Refuse(text, "illegal zero-prefixed version component", part, text);
            if (!ulong.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) throw Refuse(text, "could not parse");
            numbers.Add(number);
        }

        while (numbers.Count < 3) numbers.Add(0);
        return new KubeVersion(
            text.StartsWith('v') ? text : "v" + text,
            "v" + string.Join('.', numbers.Select(n => n.ToString(CultureInfo.InvariantCulture))),
            numbers[0].ToString(CultureInfo.InvariantCulture),
            numbers[1].ToString(CultureInfo.InvariantCulture));
    }

    /// <inheritdoc/>
    public override bool TryGetField(string name, out GoValue value)
    {
        value = name switch
        {
            "Version" => GoValue.From(Version),
            "Major" => GoValue.From(Major),
            "Minor" => GoValue.From(Minor),
            _ => default,
        };
        return value.IsValid;
    }

    private static HelmException Refuse(string text, string reason, string? part = null, string? of = null) => new(
        part is null
            ? $"invalid kube version '{text}': {reason} {GoTemplate.Formatting.GoQuote.Quote(text)} as version"
            : $"invalid kube version '{text}': {reason} {GoTemplate.Formatting.GoQuote.Quote(part)} in {GoTemplate.Formatting.GoQuote.Quote(of!)}");
}
