using Plumb.Manifests.Kustomize.Replacements;

namespace Plumb.Manifests.Kustomize.Files;

/// <summary>Reads replacements, in a kustomization or in a file of their own.</summary>
internal static class ReplacementBinder
{
    public static ReplacementEntry Entry(FieldBinder fields)
    {
        var source = fields.Map("source") is { } from ? Source(from) : null;
        var entry = new ReplacementEntry(
            fields.Text("path"), source, [.. fields.Maps("targets").Select(Target)],
            fields.Has("sourceValue") ? fields.Text("sourceValue") : null, fields.At);
        fields.Finish();
        return entry;
    }

    private static ReplacementSource Source(FieldBinder fields)
    {
        var source = new ReplacementSource(
            fields.Text("group"), fields.Text("version"), fields.Text("kind"), fields.Text("name"), fields.Text("namespace"),
            fields.Text("fieldPath"), Options(fields));
        fields.Finish();
        return source;
    }

    private static ReplacementTarget Target(FieldBinder fields)
    {
        var target = new ReplacementTarget(
            fields.Map("select") is { } select ? KustomizationReader.Selector(select) : null,
            [.. fields.Maps("reject").Select(KustomizationReader.Selector)], fields.Texts("fieldPaths"), Options(fields));
        fields.Finish();
        return target;
    }

    private static FieldOptions? Options(FieldBinder fields)
    {
        if (fields.Map("options") is not { } options) return null;
        var read = new FieldOptions(
            options.Text("delimiter"), (int)Math.Clamp(options.Whole("index"), int.MinValue, int.MaxValue), options.Flag("create"));
        options.Text("encoding"); // is there, and nobody has ever made anything of it
        options.Finish();
        return read;
    }
}
