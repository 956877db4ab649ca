namespace Plumb.Manifests.Jq;

/// <summary>A jq program that cannot be read, failed on its input, or went beyond its limits. The message says what and why.</summary>
public class JqException : Exception
{
    /// <summary>With words.</summary>
    public JqException(string message)
        : base(message)
    {
    }

    /// <summary>With words and what caused it.</summary>
    public JqException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>Without words.</summary>
    public JqException()
    {
    }
}

/// <summary>The text is no jq program, or names what there is not.</summary>
public sealed class JqSyntaxException : JqException
{
    /// <summary>With words and the place.</summary>
    public JqSyntaxException(string message, int position)
        : base($"character {position + 1}: {message}") => Position = position;

    /// <summary>With words.</summary>
    public JqSyntaxException(string message)
        : base(message)
    {
    }

    /// <summary>With words and what caused it.</summary>
    public JqSyntaxException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>Without words.</summary>
    public JqSyntaxException()
    {
    }

    /// <summary>Where in the text, in characters from 0.</summary>
    public int Position { get; }
}

/// <summary>A program needed more steps, depth, results, text or time than it may. No <c>try</c> of the program catches it.</summary>
public sealed class JqLimitException : JqException
{
    /// <summary>With words.</summary>
    public JqLimitException(string message)
        : base(message)
    {
    }

    /// <summary>With words and what caused it.</summary>
    public JqLimitException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>Without words.</summary>
    public JqLimitException()
    {
    }
}
