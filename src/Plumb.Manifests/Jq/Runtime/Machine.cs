using System.Runtime.CompilerServices;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Jq.Functions;
using Plumb.Manifests.Jq.Syntax;

namespace Plumb.Manifests.Jq.Runtime;

/// <summary>
/// Runs one program once. Every expression gives a lazy stream of results; those that lead into the input carry their path when a path is
/// asked for. Counts what is spent.
/// </summary>
internal sealed class Machine(JqLimits limits, TimeProvider time)
{
    private const int StepsBetweenLooks = 1024;

    private readonly long _started = time.GetTimestamp();
    private long _steps;
    private long _nextLook = StepsBetweenLooks;

    public JqLimits Limits => limits;

    /// <summary>Counts work.</summary>
    /// <exception cref="JqLimitException">Too many steps, or too long.</exception>
    public void Tick(int cost = 1)
    {
        _steps += cost;
        if (_steps < _nextLook) return;
        if (_steps > limits.Steps) throw new JqLimitException($"it takes more than {limits.Steps} steps");
        if (time.GetElapsedTime(_started) > limits.Time) throw new JqLimitException($"it takes longer than {limits.Time.TotalSeconds:0.###} s");
        _nextLook = _steps + StepsBetweenLooks;
    }

    /// <summary>Ends a recursion before the process does.</summary>
    public void CheckStack()
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack()) throw new JqLimitException("it calls itself too deep");
    }

    public void CheckText(long length)
    {
        if (length > limits.TextLength) throw new JqLimitException($"it makes a text of more than {limits.TextLength} characters");
        Tick((int)(length / 64));
    }

    public void CheckCount(double count)
    {
        if (count >= limits.Results) throw new JqLimitException($"it makes more than {limits.Results} results");
    }

    /// <summary>The results of an expression for one input.</summary>
    public IEnumerable<Result> Run(Expression expression, Scope scope, Result input)
    {
        Tick();
        CheckStack();
        return expression switch
        {
            Identity => [input],
            Literal literal => [input.Made(literal.Value)],
            Variable variable => [input.Made(scope.Variable(variable.Name))],
            Syntax.Index index => RunIndex(index, scope, input),
            Pipe pipe => RunPipe(pipe, scope, input),
            BuiltInCall call => call.Function.Run(this, scope, input, call.Arguments),
            Comma comma => RunComma(comma, scope, input),
            Binary binary => RunBinary(binary, scope, input),
            Logic logic => RunLogic(logic, scope, input),
            Iterate iterate => RunIterate(iterate, scope, input),
            EverythingBelow => Unfolding.Recurse(this, input, Items),
            Alternative alternative => RunAlternative(alternative, scope, input),
            If condition => RunIf(condition, scope, input),
            Try attempt => RunTry(attempt, scope, input),
            Slice slice => RunSlice(slice, scope, input),
            MakeList make => [input.Made(Collect(make.Body, scope, input.Plain))],
            MakeMap make => RunMakeMap(make.Entries, 0, [], scope, input),
            Template template => RunTemplate(template, 0, "", scope, input),
            FormatInput format => [input.Made(Formats.Apply(this, format.Format, input.Value))],
            Negate negate => RunNegate(negate, scope, input),
            Bind bind => RunBind(bind, scope, input),
            Reduce reduce => RunReduce(reduce, scope, input),
            Foreach each => RunForeach(each, scope, input),
            Define define => Run(define.Body, scope.WithFunction(define.Function), input),
            Call call => RunCall(call, scope, input),
            Label label => RunLabel(label, scope, input),
            Break leave => throw new BreakException(scope.Label(leave.Name)),
            Assign assign => Assignments.Run(this, assign, scope, input),
            _ => throw new InvalidOperationException(expression.GetType().Name),
        };
    }

    /// <summary>The values of an expression, without paths.</summary>
    public IEnumerable<Node> ValuesOf(Expression expression, Scope scope, Node input) =>
        Run(expression, scope, new Result(input, null)).Select(r => r.Value);

    /// <summary>The paths of an expression.</summary>
    public IEnumerable<JqPath> Paths(Expression expression, Scope scope, Node input)
    {
        foreach (var result in Run(expression, scope, new Result(input, JqPath.Root)))
        {
            yield return result.Found().Path!;
        }
    }

    /// <summary>All results as a list.</summary>
    public ListNode Collect(Expression? expression, Scope scope, Result input)
    {
        var list = new ListNode();
        if (expression is null) return list;
        foreach (var result in Run(expression, scope, input))
        {
            CheckCount(list.Count);
            list.Add(result.Value);
        }

        return list;
    }

    /// <summary>The values or items below.</summary>
    public IEnumerable<Result> Items(Result target)
    {
        if (target.Found().Value.AsList() is { } list)
        {
            for (var i = 0; i < list.Count; i++)
            {
                Tick();
                yield return target.Below(i, list[i]);
            }
        }
        else if (target.Value.AsMap() is { } map)
        {
            for (var i = 0; i < map.Count; i++)
            {
                Tick();
                var (key, value) = map.EntryAt(i);
                yield return target.Below(key, value);
            }
        }
        else
        {
            throw new JqRuntimeException($"Cannot iterate over {Values.TypeOf(target.Value)}");
        }
    }

    /// <summary>Results up to the first error of the program, which is handed over.</summary>
    public static IEnumerable<Result> UpToError(Func<IEnumerable<Result>> start, Action<JqRuntimeException> failed)
    {
        IEnumerator<Result>? results = null;
        try
        {
            while (true)
            {
                try
                {
                    results ??= start().GetEnumerator();
                    if (!results.MoveNext()) break;
                }
                catch (JqRuntimeException e)
                {
                    failed(e);
                    break;
                }

                yield return results.Current;
            }
        }
        finally
        {
            results?.Dispose();
        }
    }

    /// <summary>One step into a value; null when it cannot be done and need not be.</summary>
    private static Node? Step(bool isOptional, Func<Node> step)
    {
        try
        {
            return step();
        }
        catch (JqRuntimeException) when (isOptional)
        {
            return null;
        }
    }

    private IEnumerable<Result> RunPipe(Pipe pipe, Scope scope, Result input)
    {
        foreach (var left in Run(pipe.Left, scope, input))
        {
            foreach (var right in Run(pipe.Right, scope, left)) yield return right;
        }
    }

    private IEnumerable<Result> RunComma(Comma comma, Scope scope, Result input)
    {
        foreach (var result in Run(comma.Left, scope, input)) yield return result;
        foreach (var result in Run(comma.Right, scope, input)) yield return result;
    }

    private IEnumerable<Result> RunIndex(Syntax.Index index, Scope scope, Result input)
    {
        foreach (var key in Run(index.Key, scope, input.Plain))
        {
            foreach (var target in Run(index.Target, scope, input))
            {
                if (Step(index.IsOptional, () => Values.Get(target.Found().Value, key.Value)) is { } found) yield return target.Below(key.Value, found);
            }
        }
    }

    private IEnumerable<Result> RunSlice(Slice slice, Scope scope, Result input)
    {
        foreach (var to in slice.To is null ? [input.Made(Node.Null)] : Run(slice.To, scope, input.Plain))
        {
            foreach (var from in slice.From is null ? [input.Made(Node.Null)] : Run(slice.From, scope, input.Plain))
            {
                foreach (var target in Run(slice.Target, scope, input))
                {
                    if (Step(slice.IsOptional, () => Values.Slice(target.Found().Value, from.Value, to.Value)) is { } part)
                        yield return target.Below(new MapNode { ["start"] = from.Value, ["end"] = to.Value }, part);
                }
            }
        }
    }

    private IEnumerable<Result> RunIterate(Iterate iterate, Scope scope, Result input)
    {
        foreach (var target in Run(iterate.Target, scope, input))
        {
            if (iterate.IsOptional && target.Value.AsMap() is null && target.Value.AsList() is null) continue;
            foreach (var item in Items(target)) yield return item;
        }
    }

    private IEnumerable<Result> RunBinary(Binary binary, Scope scope, Result input)
    {
        foreach (var right in Run(binary.Right, scope, input.Plain))
        {
            foreach (var left in Run(binary.Left, scope, input.Plain))
                yield return input.Made(Arithmetic.Apply(this, binary.Operator, left.Value, right.Value));
        }
    }

    private IEnumerable<Result> RunLogic(Logic logic, Scope scope, Result input)
    {
        foreach (var left in Run(logic.Left, scope, input.Plain))
        {
            if (Values.IsTruthy(left.Value) != logic.IsAnd)
            {
                yield return input.Made(!logic.IsAnd);
                continue;
            }

            foreach (var right in Run(logic.Right, scope, input.Plain)) yield return input.Made(Values.IsTruthy(right.Value));
        }
    }

    private IEnumerable<Result> RunAlternative(Alternative alternative, Scope scope, Result input)
    {
        var found = false;
        foreach (var left in UpToError(() => Run(alternative.Left, scope, input), static _ => { }))
        {
            if (!Values.IsTruthy(left.Value)) continue;
            found = true;
            yield return left;
        }

        if (found) yield break;
        foreach (var right in Run(alternative.Right, scope, input)) yield return right;
    }

    private IEnumerable<Result> RunIf(If condition, Scope scope, Result input)
    {
        foreach (var decided in Run(condition.Condition, scope, input.Plain))
        {
            var branch = Values.IsTruthy(decided.Value) ? condition.Then : condition.Else ?? Identity.Instance;
            foreach (var result in Run(branch, scope, input)) yield return result;
        }
    }

    private IEnumerable<Result> RunTry(Try attempt, Scope scope, Result input)
    {
        JqRuntimeException? error = null;
        foreach (var result in UpToError(() => Run(attempt.Body, scope, input), e => error = e)) yield return result;
        if (error is null || attempt.Handler is null) yield break;
        foreach (var result in Run(attempt.Handler, scope, input.Made(error.Value))) yield return result;
    }

    private IEnumerable<Result> RunMakeMap(
        IReadOnlyList<(Expression Key, Expression Value)> entries, int at, MapNode made, Scope scope, Result input)
    {
        if (at == entries.Count)
        {
            yield return input.Made(made);
            yield break;
        }

        foreach (var key in Run(entries[at].Key, scope, input.Plain))
        {
            if (key.Value.AsString() is not { } name)
                throw new JqRuntimeException($"Object keys must be strings, not {Values.TypeOf(key.Value)}");
            foreach (var value in Run(entries[at].Value, scope, input.Plain))
            {
                Tick(made.Count);
                var copy = Arithmetic.Copy(made);
                copy[name] = value.Value;
                foreach (var result in RunMakeMap(entries, at + 1, copy, scope, input)) yield return result;
            }
        }
    }

    private IEnumerable<Result> RunTemplate(Template template, int at, string made, Scope scope, Result input)
    {
        CheckText(made.Length);
        if (at == template.Parts.Count)
        {
            yield return input.Made(made);
            yield break;
        }

        var (literal, program) = template.Parts[at];
        if (program is null)
        {
            foreach (var result in RunTemplate(template, at + 1, made + literal, scope, input)) yield return result;
            yield break;
        }

        foreach (var value in Run(program, scope, input.Plain))
        {
            var text = Formats.Apply(this, template.Format, value.Value);
            foreach (var result in RunTemplate(template, at + 1, made + text, scope, input)) yield return result;
        }
    }

    private IEnumerable<Result> RunNegate(Negate negate, Scope scope, Result input)
    {
        foreach (var value in Run(negate.Body, scope, input.Plain))
        {
            if (!Values.IsNumber(value.Value)) throw new JqRuntimeException($"{Values.TypeOf(value.Value)} cannot be negated");
            yield return input.Made(Arithmetic.Apply(this, "-", 0, value.Value));
        }
    }

    private IEnumerable<Result> RunBind(Bind bind, Scope scope, Result input)
    {
        foreach (var value in Run(bind.Source, scope, input.Plain))
        {
            foreach (var bound in Patterns.Bind(this, bind.Pattern, value.Value, scope, input.Plain))
            {
                foreach (var result in Run(bind.Body, bound, input)) yield return result;
            }
        }
    }

    private IEnumerable<Result> RunReduce(Reduce reduce, Scope scope, Result input)
    {
        foreach (var init in Run(reduce.Init, scope, input))
        {
            var state = init;
            foreach (var value in Run(reduce.Source, scope, input.Plain))
            {
                foreach (var bound in Patterns.Bind(this, reduce.Pattern, value.Value, scope, input.Plain))
                {
                    var next = input.Made(Node.Null);
                    foreach (var result in Run(reduce.Update, bound, state)) next = result;
                    state = next;
                }
            }

            yield return state;
        }
    }

    private IEnumerable<Result> RunForeach(Foreach each, Scope scope, Result input)
    {
        foreach (var init in Run(each.Init, scope, input))
        {
            var state = init;
            foreach (var value in Run(each.Source, scope, input.Plain))
            {
                foreach (var bound in Patterns.Bind(this, each.Pattern, value.Value, scope, input.Plain))
                {
                    foreach (var next in Run(each.Update, bound, state))
                    {
                        state = next;
                        foreach (var result in each.Extract is null ? [next] : Run(each.Extract, bound, next)) yield return result;
                    }
                }
            }
        }
    }

    private IEnumerable<Result> RunCall(Call call, Scope scope, Result input)
    {
        var (function, closure, known) = scope.Callee(call.Name, call.Arguments.Count);
        if (closure is not null) return Run(closure.Body, closure.Scope, input);
        var depth = scope.Depth + 1;
        if (depth > limits.Depth) throw new JqLimitException($"its functions call each other more than {limits.Depth} deep");
        return RunFunction(function!, 0, call.Arguments, known.AtDepth(depth), scope, input);
    }

    private IEnumerable<Result> RunFunction(
        Function function, int at, IReadOnlyList<Expression> arguments, Scope inner, Scope caller, Result input)
    {
        while (at < arguments.Count && function.Parameters[at][0] != '$')
        {
            inner = inner.WithClosure(function.Parameters[at], new Closure(arguments[at], caller));
            at++;
        }

        if (at == arguments.Count)
        {
            foreach (var result in Run(function.Body, inner, input)) yield return result;
            yield break;
        }

        var name = function.Parameters[at][1..];
        foreach (var value in Run(arguments[at], caller, input.Plain))
        {
            var bound = inner.WithVariable(name, value.Value).WithClosure(name, new Closure(new Literal(value.Value), Scope.Empty));
            foreach (var result in RunFunction(function, at + 1, arguments, bound, caller, input)) yield return result;
        }
    }

    private IEnumerable<Result> RunLabel(Label label, Scope scope, Result input)
    {
        var identity = new object();
        using var results = Run(label.Body, scope.WithLabel(label.Name, identity), input).GetEnumerator();
        while (true)
        {
            try
            {
                if (!results.MoveNext()) yield break;
            }
            catch (BreakException e) when (ReferenceEquals(e.Label, identity))
            {
                yield break;
            }

            yield return results.Current;
        }
    }
}
