using Plumb.Manifests.Documents;

namespace Plumb.Manifests.Helm.Rendering;

/// <summary>One document that a chart printed.</summary>
/// <param name="Path">The template it came from, as <c># Source:</c> names it.</param>
/// <param name="Content">Its text, without space around it.</param>
/// <param name="Kind">Its kind; empty when it states none.</param>
/// <param name="Document">The same as data.</param>
public sealed record HelmManifest(string Path, string Content, string Kind, Node Document)
{
    /// <summary>The events at which Helm runs it; empty for what is no hook.</summary>
    public IReadOnlyList<string> Events { get; init; } = [];

    /// <summary>Whether it is a test, which <c>--skip-tests</c> leaves out.</summary>
    public bool IsTest => Events.Contains("test");
}
