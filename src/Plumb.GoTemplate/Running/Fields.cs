using Plumb.GoTemplate.Syntax;
using Plumb.GoTemplate.Values;

namespace Plumb.GoTemplate.Running;

/// <summary>
/// A chain of fields: of dot, of a variable, or of a pipeline in parentheses. Only the last of them, if it is a method, takes arguments.
/// </summary>
internal sealed class Fields(Node node, Expression? of, string[] names, Expression[] arguments) : Expression
{
    private readonly string _last = names[^1];

    protected override Node Place => node;

    public override GoValue Evaluate(Execution run, in GoValue dot)
    {
        var receiver = Start(run, dot);
        if (names.Length == 1 && arguments.Length == 0) return Check.Field(run, node, receiver, _last);
        for (var i = 0; i < names.Length - 1; i++) receiver = Check.Field(run, node, receiver, names[i]);
        if (arguments.Length == 0) return Check.Field(run, node, receiver, _last);
        return WithArguments(run, dot, receiver, default, hasLast: false);
    }

    public override GoValue Evaluate(Execution run, in GoValue dot, in GoValue last)
    {
        var receiver = Start(run, dot);
        for (var i = 0; i < names.Length - 1; i++) receiver = Check.Field(run, node, receiver, names[i]);
        return WithArguments(run, dot, receiver, last, hasLast: true);
    }

    private GoValue Start(Execution run, in GoValue dot)
    {
        run.At = node;
        return of is null ? dot : of.Evaluate(run, dot);
    }

    private GoValue WithArguments(Execution run, in GoValue dot, in GoValue receiver, in GoValue last, bool hasLast)
    {
        if (!receiver.IsValid) return Check.Field(run, node, receiver, _last);
        var method = Check.MethodOf(receiver, _last) ?? throw Check.HasArguments(run, receiver, _last);
        return Call.Method(run, node, method, receiver, dot, arguments, last, hasLast);
    }
}
