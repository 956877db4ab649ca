using System.Diagnostics;
using System.Runtime.CompilerServices;
using Plumb.GoTemplate.Formatting;
using Plumb.GoTemplate.Syntax;
using Plumb.GoTemplate.Values;

namespace Plumb.GoTemplate.Running;

/// <summary>
/// One run over a set of templates, as of one chart: it holds the limits, the host's own state and what is being executed. Functions get it
/// with each call. For one thread at a time.
/// </summary>
public sealed class Execution
{
    private readonly CancellationToken _cancellation;
    private long _deadline;
    private long _keyTime;
    private long _keyCost;
    private long _text;
    private long _steps;
    private const long ParseSteps = 8; // a character, by what it takes beside an action

    private long _elements;
    private int _depth;
    private int _nested;

    /// <summary>Starts a run; the clock of <see cref="TemplateLimits.MaxTime"/> runs from here.</summary>
    /// <param name="set">The templates.</param>
    /// <param name="limits">How much it may take.</param>
    /// <param name="host">What the host's functions need; see <see cref="Host"/>.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    public Execution(TemplateSet set, TemplateLimits? limits = null, object? host = null, CancellationToken cancellationToken = default)
    {
        Set = set;
        Limits = limits ?? new TemplateLimits();
        Host = host;
        _cancellation = cancellationToken;
        _deadline = Stopwatch.GetTimestamp() + (long)(Limits.MaxTime.TotalSeconds * Stopwatch.Frequency);
        Out = new GoBuffer(this);
        LateKeys = new LateKeys(this);
    }

    /// <summary>The set that is executing: within <see cref="ExecuteText"/> the derived one.</summary>
    public TemplateSet Set { get; private set; }

    /// <summary>The limits.</summary>
    public TemplateLimits Limits { get; }

    /// <summary>The host's own state, untouched here.</summary>
    public object? Host { get; }

    /// <summary>What <c>now</c> asks. Default: the system's clock.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>How long making keys and hashing passwords took so far, which <see cref="AtLeisure"/> did.</summary>
    public TimeSpan KeyTime => Stopwatch.GetElapsedTime(0, _keyTime);

    /// <summary>The name of the template that is executing, empty outside of one.</summary>
    public string TemplateName => Template?.Name ?? "";

    /// <summary>Where execution is: <c>NAME:LINE:COL</c>, empty outside of a template.</summary>
    public string Position => At is null ? "" : At.Tree.Location(At);

    internal GoBuffer Out { get; }

    internal LastLongText LastLong { get; } = new();

    /// <summary>Keys that wait to be printed.</summary>
    internal LateKeys LateKeys { get; }

    internal GoValue[] Stack { get; private set; } = new GoValue[256];

    internal int Top { get; set; }

    internal int Frame { get; set; }

    internal Template? Template { get; set; }

    /// <summary>The node that Go's <c>state.at</c> was last told of: errors name it.</summary>
    internal Node? At { get; set; }

    /// <summary>
    /// Executes a template of the set and gives what it wrote: Go's <c>ExecuteTemplate</c>. Functions may call it, as <c>include</c>.
    /// </summary>
    /// <exception cref="GoError">It failed, in Go's words.</exception>
    /// <exception cref="TemplateLimitException">It took too much.</exception>
    public string Execute(string name, in GoValue data)
    {
        var template = Set.Find(name)
            ?? throw new GoError($"template: no template {GoQuote.Quote(name)} associated with template {GoQuote.Quote(Set.Options.Name)}");
        return Run(template, data);
    }

    /// <summary>
    /// Reads a text into a set of its own, derived from the executing one, and executes it there, so that its definitions are seen by it
    /// alone: what Helm's <c>tpl</c> does.
    /// </summary>
    /// <exception cref="TemplateParseError">The text is no template.</exception>
    /// <exception cref="GoError">It failed, in Go's words.</exception>
    public string ExecuteText(string name, string text, in GoValue data)
    {
        var derived = Set.Derive();
        if (!derived.Remembers(name, text)) Spend(text.Length * ParseSteps);
        derived.ParseRemembered(name, text);
        return ExecuteIn(derived, name, data);
    }

    /// <summary>Executes a template of another set within this run.</summary>
    public string ExecuteIn(TemplateSet set, string name, in GoValue data)
    {
        var before = Set;
        Set = set;
        try
        {
            return Execute(name, data);
        }
        finally
        {
            Set = before;
        }
    }

    /// <summary>Counts work that a function does, such as each element it looks at.</summary>
    public void Spend(long steps)
    {
        var before = _steps;
        _steps += steps;
        if (((before ^ _steps) & ~1023L) != 0) CheckSteps();
    }

    /// <summary>Makes a key or hashes a password: work without a loop of its own, which has limits of its own.</summary>
    /// <param name="cost">What it costs on average, in milliseconds of a usual processor.</param>
    /// <param name="work">The work.</param>
    /// <exception cref="TemplateLimitException">
    /// With this all of it would cost more than <see cref="TemplateLimits.MaxKeyCost"/>, or what came before took more than
    /// <see cref="TemplateLimits.MaxKeyTime"/>.
    /// </exception>
    public T AtLeisure<T>(int cost, Func<T> work)
    {
        _cancellation.ThrowIfCancellationRequested();
        _keyCost += cost;
        if (_keyCost > Limits.MaxKeyCost)
        {
            throw Limit(
                $"making keys and hashing passwords costs more than the limit of {Limits.MaxKeyCost} ms of processor time; "
                + "make fewer in one chart, or give them as values");
        }

        if (_keyTime > Limits.MaxKeyTime.TotalSeconds * Stopwatch.Frequency)
        {
            throw Limit($"making keys and hashing passwords took more than {Limits.MaxKeyTime.TotalSeconds:0.###} s");
        }

        var start = Stopwatch.GetTimestamp();
        var result = work();
        var took = Stopwatch.GetTimestamp() - start;
        _keyTime += took;
        _deadline += took;
        return result;
    }

    /// <summary>Asks for room for a string before a function builds it.</summary>
    /// <exception cref="TemplateLimitException">It would be longer than allowed.</exception>
    public void CheckString(long length)
    {
        if (length > Limits.MaxString) throw Limit($"a string of {length} characters is longer than the limit of {Limits.MaxString}");
        Spend(length >> 6);
    }

    /// <summary>Asks for room for elements before a function makes a list or map of them.</summary>
    /// <exception cref="TemplateLimitException">There would be more than allowed.</exception>
    public void CheckElements(long count)
    {
        _elements += count;
        if (count > Limits.MaxElements || _elements > Limits.MaxElements)
        {
            throw Limit($"lists and maps of more than {Limits.MaxElements} elements in all");
        }

        Spend(count >> 3);
    }

    /// <summary>An error that names the limit, the template and the line.</summary>
    public TemplateLimitException Limit(string what) =>
        new(At is null ? what : $"{At.Tree.Location(At)}: executing {GoQuote.Quote(TemplateName)}: {what}");

    /// <summary>Counts a string that a function gave.</summary>
    internal void Built(string text)
    {
        if (text.Length < 256) return;
        _text += text.Length;
        if (text.Length > Limits.MaxString) CheckString(text.Length);
        if (_text > Limits.MaxText) throw Limit($"strings of more than {Limits.MaxText} characters in all");
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Step()
    {
        if ((++_steps & 1023) == 0) CheckSteps();
    }

    /// <summary>What <c>call</c> is asked to call, as it was written.</summary>
    internal string Callee { get; set; } = "";

    internal int Reserve(int count)
    {
        var at = Top;
        Top = at + count;
        if (Top > Stack.Length) Grow();
        return at;
    }

    /// <summary>Runs a template with a frame of its own. The caller keeps <see cref="At"/>.</summary>
    internal void Call(Template template, in GoValue dot)
    {
        if (_depth >= Limits.MaxDepth) throw Limit($"exceeded maximum template depth ({Limits.MaxDepth})");
        _depth++;
        var (before, frame) = (Template, Frame);
        Template = template;
        Frame = Reserve(template.Slots);
        Stack[Frame] = dot;
        if (RuntimeHelpers.TryEnsureSufficientExecutionStack()) template.Body.Run(this, dot);
        else RunOnMoreStack(template, dot);
        Top = Frame;
        Template = before;
        Frame = frame;
        _depth--;
    }

    internal TemplateExecError Error(string reason, GoError? wrapped = null)
    {
        var name = TemplateName;
        var prefix = At is null
            ? $"template: {name}: "
            : $"template: {At.Tree.Location(At)}: executing {GoQuote.Quote(name)} at <{At}>: ";
        return new TemplateExecError(name, prefix, reason, wrapped);
    }

    internal TemplateExecError Error(Node at, string reason, GoError? wrapped = null)
    {
        At = at;
        return Error(reason, wrapped);
    }

    private string Run(Template template, in GoValue data)
    {
        if (_nested >= Limits.MaxNested) throw Limit($"more than {Limits.MaxNested} nested executions");
        var (start, top, frame, depth, before, at) = (Out.Length, Top, Frame, _depth, Template, At);
        _nested++;
        try
        {
            At = null;
            Call(template, data);
            return Out.ToString(start);
        }
        catch (InsufficientExecutionStackException)
        {
            throw Limit("a value or an expression is nested too deeply");
        }
        finally
        {
            _nested--;
            if (_nested == 0) LateKeys.Forget();
            Out.Length = start;
            (Top, Frame, _depth, Template, At) = (top, frame, depth, before, at);
        }
    }

    private void RunOnMoreStack(Template template, GoValue dot) => MoreStack.Run(() => template.Body.Run(this, dot));

    private void Grow()
    {
        var larger = new GoValue[Math.Max(Stack.Length * 2, Top + 64)];
        Stack.CopyTo(larger, 0);
        Stack = larger;
    }

    private void CheckSteps()
    {
        _cancellation.ThrowIfCancellationRequested();
        if (_steps > Limits.MaxSteps) throw Limit($"more than {Limits.MaxSteps} steps");
        if (Stopwatch.GetTimestamp() > _deadline) throw Limit($"took more than {Limits.MaxTime.TotalSeconds:0.###} s");
    }
}
