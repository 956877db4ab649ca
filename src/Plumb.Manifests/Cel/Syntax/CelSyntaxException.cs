namespace Plumb.Manifests.Cel.Syntax;

/// <summary>Leaves the lexer and the parser at the first fault; never leaves <see cref="CelProgram"/>.</summary>
internal sealed class CelSyntaxException(string message, int offset) : Exception(message)
{
    public int Offset { get; } = offset;
}
