namespace Plumb.Sandbox.Kinds;

/// <summary>What is wrong with a JSON text, in the words of Go's <c>encoding/json</c> scanner.</summary>
internal static class GoJsonSyntax
{
    private const string End = "unexpected end of JSON input";
    private const int MaxDepth = 10_000;

    private ref struct Scanner(ReadOnlySpan<byte> text)
    {
        public readonly ReadOnlySpan<byte> Text = text;
        public int At;
        public int Depth;

        public void SkipBlanks()
        {
            while (At < Text.Length && Text[At] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n') At++;
        }
    }

    /// <summary>Null when the text is one JSON value.</summary>
    public static string? Problem(ReadOnlySpan<byte> text)
    {
        var scanner = new Scanner(text);
        if (Value(ref scanner, "looking for beginning of value") is { } problem) return problem;
        scanner.SkipBlanks();
        return scanner.At == text.Length ? null : Invalid(scanner, "after top-level value");
    }

    private static string? Value(ref Scanner s, string context)
    {
        s.SkipBlanks();
        if (s.At == s.Text.Length) return End;
        switch (s.Text[s.At])
        {
            case (byte)'{': return Members(ref s, true);
            case (byte)'[': return Members(ref s, false);
            case (byte)'"': return Quoted(ref s);
            case (byte)'t': return Literal(ref s, "true");
            case (byte)'f': return Literal(ref s, "false");
            case (byte)'n': return Literal(ref s, "null");
            case (byte)'-' or (>= (byte)'0' and <= (byte)'9'): return Number(ref s);
            default: return Invalid(s, context);
        }
    }

    private static string? Members(ref Scanner s, bool isObject)
    {
        if (++s.Depth > MaxDepth) return "exceeded max depth";
        var close = (byte)(isObject ? '}' : ']');
        s.At++;
        s.SkipBlanks();
        if (s.At < s.Text.Length && s.Text[s.At] == close)
        {
            s.At++;
            s.Depth--;
            return null;
        }

        while (true)
        {
            if (isObject && Key(ref s) is { } wrongKey) return wrongKey;
            if (Value(ref s, "looking for beginning of value") is { } wrong) return wrong;
            s.SkipBlanks();
            if (s.At == s.Text.Length) return End;
            var next = s.Text[s.At];
            if (next == close)
            {
                s.At++;
                s.Depth--;
                return null;
            }

            if (next != (byte)',') return Invalid(s, isObject ? "after object key:value pair" : "after array element");
            s.At++;
        }
    }

    private static string? Key(ref Scanner s)
    {
        s.SkipBlanks();
        if (s.At == s.Text.Length) return End;
        if (s.Text[s.At] != (byte)'"') return Invalid(s, "looking for beginning of object key string");
        if (Quoted(ref s) is { } problem) return problem;
        s.SkipBlanks();
        if (s.At == s.Text.Length) return End;
        if (s.Text[s.At] != (byte)':') return Invalid(s, "after object key");
        s.At++;
        return null;
    }

    private static string? Quoted(ref Scanner s)
    {
        for (s.At++; s.At < s.Text.Length; s.At++)
        {
            switch (s.Text[s.At])
            {
                case (byte)'"':
                    s.At++;
                    return null;
                case (byte)'\\':
                    if (++s.At == s.Text.Length) return End;
                    if (!"\"\\/bfnrtu".Contains((char)s.Text[s.At])) return Invalid(s, "in string escape code");
                    break;
                case < 0x20: return Invalid(s, "in string literal");
                default: break;
            }
        }

        return End;
    }

    private static string? Literal(ref Scanner s, string word)
    {
        for (var i = 1; i < word.Length; i++)
        {
            if (s.At + i == s.Text.Length) return End;
            if (s.Text[s.At + i] == word[i]) continue;
            s.At += i;
            return Invalid(s, $"in literal {word} (expecting '{word[i]}')");
        }

        s.At += word.Length;
        return null;
    }

    private static string? Number(ref Scanner s)
    {
        if (s.Text[s.At] == (byte)'-')
        {
            s.At++;
            if (s.At == s.Text.Length) return End;
            if (!char.IsAsciiDigit((char)s.Text[s.At])) return Invalid(s, "in numeric literal");
        }

        var zero = s.Text[s.At] == (byte)'0';
        s.At++;
        while (!zero && s.At < s.Text.Length && char.IsAsciiDigit((char)s.Text[s.At])) s.At++;
        if (s.At < s.Text.Length && s.Text[s.At] == (byte)'.' && Digits(ref s, "after decimal point in numeric literal") is { } fraction) return fraction;
        if (s.At >= s.Text.Length || s.Text[s.At] is not ((byte)'e' or (byte)'E')) return null;
        if (s.At + 1 < s.Text.Length && s.Text[s.At + 1] is (byte)'+' or (byte)'-') s.At++;
        return Digits(ref s, "in exponent of numeric literal");
    }

    private static string? Digits(ref Scanner s, string context)
    {
        s.At++;
        if (s.At == s.Text.Length) return End;
        if (!char.IsAsciiDigit((char)s.Text[s.At])) return Invalid(s, context);
        while (s.At < s.Text.Length && char.IsAsciiDigit((char)s.Text[s.At])) s.At++;
        return null;
    }

    private static string Invalid(Scanner s, string context)
    {
        var c = (char)s.Text[s.At];
        var quoted = c switch
        {
            '\'' => "'\\''",
            '"' => "'\"'",
            < ' ' or (>= (char)0x7f and < (char)0xa0) => $"'\\x{(int)c:x2}'",
            _ => $"'{c}'",
        };
        return $"invalid character {quoted} {context}";
    }
}
