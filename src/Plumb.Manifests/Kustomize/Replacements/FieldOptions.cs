namespace Plumb.Manifests.Kustomize.Replacements;

/// <summary>Which part of a field is meant (<c>types.FieldOptions</c>).</summary>
/// <param name="Delimiter">What parts of a text are parted by; empty when the whole field is meant.</param>
/// <param name="Index">Which part, from 0; of targets, less is before the first and more behind the last.</param>
/// <param name="Create">Whether a target that is missing is made.</param>
internal sealed record FieldOptions(string Delimiter = "", int Index = 0, bool Create = false)
{
    /// <summary>The whole of a field that is there.</summary>
    public static readonly FieldOptions None = new();

    /// <summary>As messages name it after the source; empty when there is nothing to say.</summary>
    public override string ToString() =>
        Delimiter.Length == 0 && !Create ? "" : $"{Delimiter}({Index}), create={(Create ? "true" : "false")}";
}
