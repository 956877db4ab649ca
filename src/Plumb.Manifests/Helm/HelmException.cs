namespace Plumb.Manifests.Helm;

/// <summary>A chart, its values or a flag was refused, in Helm's own words, without the leading <c>Error: </c>.</summary>
public sealed class HelmException : Exception
{
    /// <summary>Refuses before anything is rendered.</summary>
    public HelmException(string message)
        : base(message)
    {
    }

    /// <summary>Refuses; the cause is kept for whoever looks for it.</summary>
    public HelmException(string message, Exception cause)
        : base(message, cause)
    {
    }

    /// <summary>Whether the templates were already being rendered: the command then advises <c>--debug</c>, as Helm does.</summary>
    public bool WhileRendering { get; init; }
}
