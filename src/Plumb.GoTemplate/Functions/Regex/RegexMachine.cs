using System.Text;
using Plumb.GoTemplate.Running;

namespace Plumb.GoTemplate.Functions.Regex;

/// <summary>
/// Finds the leftmost match, and of those beginning there the one that comes first in order of preference, as Go does. Work is bounded by
/// the product of program and text: small products are searched with backtracking that never enters a state twice, others with all
/// states side by side.
/// </summary>
internal sealed class RegexMachine(RegexProgram program, string text, Execution? run)
{
    private const int MaxVisited = 256 * 1024;

    private readonly RegexStep[] _steps = program.Steps;

    /// <summary>
    /// The positions of a match at or after an index, two for each group and -1 for those that took no part; null when there is none.
    /// </summary>
    public int[]? Match(int from)
    {
        if (program.IsAnchored && from > 0) return null;
        run?.Spend(1 + ((text.Length - from) >> 4));
        return (long)_steps.Length * (text.Length - from + 1) <= MaxVisited ? Backtrack(from) : SideBySide(from);
    }

    internal int[]? Backtrack(int from)
    {
        var width = text.Length - from + 1;
        var visited = new ulong[((_steps.Length * width) + 63) / 64];
        var jobs = new Stack<(int Step, int At, int Saved)>();
        var saves = new int[program.Saves];
        for (var start = from; start <= text.Length; start++)
        {
            if (program.First >= 0)
            {
                start = text.IndexOf((char)program.First, start);
                if (start < 0) return null;
            }

            if (start > from && char.IsLowSurrogate(At(start)) && char.IsHighSurrogate(text[start - 1])) continue;
            Array.Fill(saves, -1);
            jobs.Push((program.Start, start, -1));
            while (jobs.TryPop(out var job))
            {
                if (job.Saved >= 0)
                {
                    // the way that this position was noted on has failed: take it back
                    saves[job.Saved] = job.At;
                    continue;
                }

                if (Follow(job.Step, job.At, from, width, visited, jobs, saves) is not { } end) continue;
                saves[0] = start;
                saves[1] = end;
                return saves;
            }

            if (program.IsAnchored) return null;
        }

        return null;
    }

    private int? Follow(int step, int at, int from, int width, ulong[] visited, Stack<(int Step, int At, int Saved)> jobs, int[] saves)
    {
        while (true)
        {
            var mark = (step * width) + (at - from);
            if ((visited[mark >> 6] & (1UL << (mark & 63))) != 0) return null;
            visited[mark >> 6] |= 1UL << (mark & 63);
            ref var now = ref _steps[step];
            switch (now.Instruction)
            {
                case RegexInstruction.Match:
                    return at;
                case RegexInstruction.Fail:
                    return null;
                case RegexInstruction.Split:
                    jobs.Push((now.Other, at, -1));
                    break;
                case RegexInstruction.Save:
                    jobs.Push((0, saves[now.Other], now.Other));
                    saves[now.Other] = at;
                    break;
                case RegexInstruction.Jump:
                    break;
                case RegexInstruction.Class or RegexInstruction.Character or RegexInstruction.Any or RegexInstruction.AnyButNewLine:
                    var rune = Rune(at, out var used);
                    if (used == 0 || !Takes(now, rune)) return null;
                    at += used;
                    break;
                default:
                    if (!Holds(now.Instruction, at)) return null;
                    break;
            }

            step = now.Next;
        }
    }

    internal int[]? SideBySide(int from)
    {
        var current = new Threads(_steps.Length);
        var next = new Threads(_steps.Length);
        int[]? found = null;
        for (var at = from; ; at++)
        {
            if (current.Count == 0)
            {
                if (found is not null || (program.IsAnchored && at > from)) break;
                if (program.First >= 0)
                {
                    at = at <= text.Length ? text.IndexOf((char)program.First, at) : -1;
                    if (at < 0) break;
                }
            }

            if (at > text.Length) break;
            run?.Spend(1 + (current.Count >> 2));
            if (found is null && (!program.IsAnchored || at == 0))
            {
                var saves = new int[program.Saves];
                Array.Fill(saves, -1);
                saves[0] = at;
                Enter(current, program.Start, at, saves);
            }

            var rune = Rune(at, out var used);
            next.Clear();
            for (var i = 0; i < current.Count; i++)
            {
                var (step, saves) = current[i];
                ref var now = ref _steps[step];
                if (now.Instruction == RegexInstruction.Match)
                {
                    found = saves;
                    found[1] = at;
                    break;
                }

                if (used > 0 && Takes(now, rune)) Enter(next, now.Next, at + used, saves);
            }

            (current, next) = (next, current);
            if (used == 2) at++;
            if (used == 0) break;
        }

        return found;
    }

    /// <summary>Adds a step and all that is reached from it without reading, in order of preference.</summary>
    private void Enter(Threads threads, int first, int at, int[] saves)
    {
        var jobs = new Stack<(int Step, int[] Saves)>();
        jobs.Push((first, saves));
        while (jobs.TryPop(out var job))
        {
            var (step, noted) = job;
            while (true)
            {
                if (!threads.Visit(step)) break;
                ref var now = ref _steps[step];
                var goesOn = now.Instruction switch
                {
                    RegexInstruction.Fail => false,
                    RegexInstruction.Split or RegexInstruction.Save or RegexInstruction.Jump => true,
                    RegexInstruction.Match => Keep(),
                    RegexInstruction.Class or RegexInstruction.Character or RegexInstruction.Any or RegexInstruction.AnyButNewLine =>
                        Keep(),
                    _ => Holds(now.Instruction, at),
                };
                if (!goesOn) break;
                if (now.Instruction == RegexInstruction.Split) jobs.Push((now.Other, noted));
                if (now.Instruction == RegexInstruction.Save)
                {
                    noted = (int[])noted.Clone();
                    noted[now.Other] = at;
                }

                step = now.Next;

                bool Keep()
                {
                    threads.Add(step, (int[])noted.Clone());
                    return false;
                }
            }
        }
    }

    private char At(int index) => index < text.Length ? text[index] : '\0';

    private int Rune(int at, out int used)
    {
        used = 0;
        if (at >= text.Length) return -1;
        var c = text[at];
        used = 1;
        if (!char.IsSurrogate(c)) return c;
        System.Text.Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out used);
        return rune.Value;
    }

    private static bool Takes(in RegexStep step, int rune) => step.Instruction switch
    {
        RegexInstruction.Character => rune == step.Other,
        RegexInstruction.Class => CharacterClass.Contains(step.Ranges!, rune),
        RegexInstruction.Any => true,
        RegexInstruction.AnyButNewLine => rune != '\n',
        _ => false,
    };

    private bool Holds(RegexInstruction condition, int at) => condition switch
    {
        RegexInstruction.BeginText => at == 0,
        RegexInstruction.EndText => at == text.Length,
        RegexInstruction.BeginLine => at == 0 || text[at - 1] == '\n',
        RegexInstruction.EndLine => at == text.Length || text[at] == '\n',
        RegexInstruction.WordBoundary => IsWord(at - 1) != IsWord(at),
        _ => IsWord(at - 1) == IsWord(at),
    };

    private bool IsWord(int at) => at >= 0 && at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] == '_');

    /// <summary>A list of steps, each at most once, with what they have noted.</summary>
    private sealed class Threads(int size)
    {
        private readonly int[] _visited = new int[size];
        private readonly (int Step, int[] Saves)[] _threads = new (int, int[])[size];
        private int _generation = 1;

        public int Count { get; private set; }

        public (int Step, int[] Saves) this[int index] => _threads[index];

        public bool Visit(int step)
        {
            if (_visited[step] == _generation) return false;
            _visited[step] = _generation;
            return true;
        }

        public void Add(int step, int[] saves) => _threads[Count++] = (step, saves);

        public void Clear()
        {
            Count = 0;
            _generation++;
        }
    }
}
