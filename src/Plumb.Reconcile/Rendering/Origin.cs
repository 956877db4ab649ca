namespace Plumb.Reconcile.Rendering;

/// <summary>Where in the source something was written.</summary>
/// <param name="File">Path inside the repository, with forward slashes.</param>
/// <param name="Line">1-based; 0 when not known.</param>
/// <param name="Column">1-based; 0 when not known.</param>
public readonly record struct Origin(string File, int Line = 0, int Column = 0)
{
    /// <summary><c>file(line,column)</c>, leaving out what is not known.</summary>
    public override string ToString() => Line == 0 ? File : Column == 0 ? $"{File}({Line})" : $"{File}({Line},{Column})";
}
