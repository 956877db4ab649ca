using Plumb.GoTemplate.Functions.Regex;
using Plumb.GoTemplate.Values;
using Plumb.Manifests.Kustomize.Configs;

namespace Plumb.Manifests.Kustomize.Selectors;

/// <summary>
/// Patterns for the parts of an object's identity (<c>types.SelectorRegex</c>). Each is a regular expression of Go that has to match the
/// whole part; an empty one matches all.
/// </summary>
internal sealed class ResourcePatterns
{
    private readonly GoRegex? _group;
    private readonly GoRegex? _version;
    private readonly GoRegex? _kind;
    private readonly GoRegex? _name;
    private readonly GoRegex? _namespace;

    /// <exception cref="KustomizeException">A pattern is no regular expression.</exception>
    public ResourcePatterns(Gvk gvk, string name, string @namespace)
    {
        _group = Compile(gvk.Group);
        _version = Compile(gvk.Version);
        _kind = Compile(gvk.Kind);
        _name = Compile(name);
        _namespace = Compile(@namespace);
    }

    /// <summary>Whether group, version and kind match.</summary>
    public bool IsMatch(Gvk gvk) => Fits(_group, gvk.Group) && Fits(_version, gvk.Version) && Fits(_kind, gvk.Kind);

    /// <summary>Whether the name matches.</summary>
    public bool IsName(string name) => Fits(_name, name);

    /// <summary>Whether the namespace matches.</summary>
    public bool IsNamespace(string @namespace) => Fits(_namespace, @namespace);

    private static bool Fits(GoRegex? pattern, string text) => pattern is null || pattern.IsMatch(text);

    private static GoRegex? Compile(string pattern)
    {
        if (pattern.Length == 0) return null;
        try
        {
            return GoRegex.Compile($"^(?:{pattern})$");
        }
        catch (GoError fault)
        {
            throw new KustomizeException(fault.Message, null, fault);
        }
    }
}
