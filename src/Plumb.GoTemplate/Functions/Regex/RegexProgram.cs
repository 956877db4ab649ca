namespace Plumb.GoTemplate.Functions.Regex;

internal enum RegexInstruction : byte
{
    Match,
    Fail,
    Jump,
    Split,
    Save,
    Class,
    Character,
    Any,
    AnyButNewLine,
    BeginLine,
    EndLine,
    BeginText,
    EndText,
    WordBoundary,
    NoWordBoundary,
}

/// <summary>One step: what to do, where to go, and for a split where else to go when that fails.</summary>
internal struct RegexStep
{
    public RegexInstruction Instruction;
    public int Next;
    public int Other;
    public int[]? Ranges;
}

/// <summary>A regular expression as steps, in the order of preference that Go's compiler gives them.</summary>
internal sealed class RegexProgram
{
    private readonly List<RegexStep> _steps = [new() { Instruction = RegexInstruction.Fail }];

    private RegexProgram()
    {
    }

    public RegexStep[] Steps { get; private set; } = [];

    public int Start { get; private set; }

    /// <summary>How many positions a match has: two for each group, the whole match being group 0.</summary>
    public int Saves { get; private set; }

    /// <summary>Whether a match can only begin where the text does.</summary>
    public bool IsAnchored { get; private set; }

    /// <summary>The character each match begins with, or -1.</summary>
    public int First { get; private set; } = -1;

    public static RegexProgram Compile(RegexNode root, int groups)
    {
        var program = new RegexProgram { Saves = 2 * (groups + 1) };
        var match = program.Add(new RegexStep { Instruction = RegexInstruction.Match });
        program.Start = program.Emit(root, match);
        program.Steps = [.. program._steps];
        program.Examine();
        return program;
    }

    private static bool IsNullable(RegexNode node) => node.Op switch
    {
        RegexOp.Class or RegexOp.Any or RegexOp.AnyButNewLine or RegexOp.NoMatch => false,
        RegexOp.Capture or RegexOp.Plus => IsNullable(node.Parts[0]),
        RegexOp.Repeat => node.Min == 0 || IsNullable(node.Parts[0]),
        RegexOp.Concat => node.Parts.All(IsNullable),
        RegexOp.Alternate => node.Parts.Any(IsNullable),
        _ => true,
    };

    private int Add(RegexStep step)
    {
        _steps.Add(step);
        return _steps.Count - 1;
    }

    private int Simple(RegexInstruction instruction, int next) => Add(new RegexStep { Instruction = instruction, Next = next });

    private int Split(int first, int second, bool lazy) => Add(new RegexStep
    {
        Instruction = RegexInstruction.Split,
        Next = lazy ? second : first,
        Other = lazy ? first : second,
    });

    /// <summary>Compiles a part that goes on to a step; gives the step where it begins.</summary>
    private int Emit(RegexNode node, int next)
    {
        switch (node.Op)
        {
            case RegexOp.NoMatch: return 0;
            case RegexOp.Empty: return next;
            case RegexOp.Class: return Class(node, next);
            case RegexOp.Any: return Simple(RegexInstruction.Any, next);
            case RegexOp.AnyButNewLine: return Simple(RegexInstruction.AnyButNewLine, next);
            case RegexOp.BeginLine: return Simple(RegexInstruction.BeginLine, next);
            case RegexOp.EndLine: return Simple(RegexInstruction.EndLine, next);
            case RegexOp.BeginText: return Simple(RegexInstruction.BeginText, next);
            case RegexOp.EndText: return Simple(RegexInstruction.EndText, next);
            case RegexOp.WordBoundary: return Simple(RegexInstruction.WordBoundary, next);
            case RegexOp.NoWordBoundary: return Simple(RegexInstruction.NoWordBoundary, next);
            case RegexOp.Capture:
                var end = Add(new RegexStep { Instruction = RegexInstruction.Save, Other = (2 * node.Group) + 1, Next = next });
                return Add(new RegexStep { Instruction = RegexInstruction.Save, Other = 2 * node.Group, Next = Emit(node.Parts[0], end) });
            case RegexOp.Star: return Star(node.Parts[0], next, node.Lazy);
            case RegexOp.Plus: return Plus(node.Parts[0], next, node.Lazy);
            case RegexOp.Quest: return Split(Emit(node.Parts[0], next), next, node.Lazy);
            case RegexOp.Repeat: return Repeat(node, next);
            case RegexOp.Concat:
                for (var i = node.Parts.Length - 1; i >= 0; i--) next = Emit(node.Parts[i], next);
                return next;
            default:
                var start = node.Parts.Length == 0 ? 0 : Emit(node.Parts[^1], next);
                for (var i = node.Parts.Length - 2; i >= 0; i--) start = Split(Emit(node.Parts[i], next), start, lazy: false);
                return start;
        }
    }

    private int Class(RegexNode node, int next) => node.Ranges is [var first, var last] && first == last
        ? Add(new RegexStep { Instruction = RegexInstruction.Character, Other = first, Next = next })
        : Add(new RegexStep { Instruction = RegexInstruction.Class, Ranges = node.Ranges, Next = next });

    // Go: x* over an x that may be empty is (x+)?, so that the order of preference is kept
    private int Star(RegexNode part, int next, bool lazy)
    {
        if (IsNullable(part)) return Split(Plus(part, next, lazy), next, lazy);
        var loop = Split(0, 0, lazy);
        Patch(loop, Emit(part, loop), next, lazy);
        return loop;
    }

    private int Plus(RegexNode part, int next, bool lazy)
    {
        var loop = Split(0, 0, lazy);
        var start = Emit(part, loop);
        Patch(loop, start, next, lazy);
        return start;
    }

    private void Patch(int split, int again, int next, bool lazy)
    {
        var step = _steps[split];
        step.Next = lazy ? next : again;
        step.Other = lazy ? again : next;
        _steps[split] = step;
    }

    private int Repeat(RegexNode node, int next)
    {
        var part = node.Parts[0];
        var copies = node.Min;
        if (node.Max < 0)
        {
            if (node.Min == 0) return Star(part, next, node.Lazy);
            next = Plus(part, next, node.Lazy);
            copies--;
        }
        else
        {
            // each optional copy, when refused, ends the repetition
            var end = next;
            for (var i = node.Min; i < node.Max; i++) next = Split(Emit(part, next), end, node.Lazy);
        }

        for (; copies > 0; copies--) next = Emit(part, next);
        return next;
    }

    private void Examine()
    {
        var at = Start;
        while (Steps[at].Instruction == RegexInstruction.Save) at = Steps[at].Next;
        IsAnchored = Steps[at].Instruction == RegexInstruction.BeginText;
        if (Steps[at].Instruction == RegexInstruction.Character && Steps[at].Other < 0xD800) First = Steps[at].Other;
    }
}
