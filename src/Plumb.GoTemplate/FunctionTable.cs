using System.Collections.Frozen;
using Plumb.GoTemplate.Functions.Builtin;
using Plumb.GoTemplate.Values;

namespace Plumb.GoTemplate;

/// <summary>The functions that templates may call, by name. It never changes; <see cref="With"/> makes another one.</summary>
public sealed class FunctionTable
{
    private readonly FrozenDictionary<string, GoFunction> _functions;

    private FunctionTable(IEnumerable<KeyValuePair<string, GoFunction>> functions) =>
        _functions = functions.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The functions of <c>text/template</c> itself.</summary>
    public static FunctionTable Standard { get; } = new(BuiltinFunctions.All.Select(f => KeyValuePair.Create(f.Name, f)));

    /// <summary>Every name.</summary>
    public IReadOnlyCollection<string> Names => _functions.Keys;

    /// <summary>This table with more functions; one of the same name is replaced, as by Go's <c>Funcs</c>.</summary>
    public FunctionTable With(IEnumerable<GoFunction> functions)
    {
        var all = new Dictionary<string, GoFunction>(_functions, StringComparer.Ordinal);
        foreach (var function in functions) all[function.Name] = function;
        return new FunctionTable(all);
    }

    /// <summary>This table without some functions.</summary>
    public FunctionTable Without(params string[] names) => new(_functions.Where(f => !names.Contains(f.Key)));

    /// <summary>The function of that name, or null.</summary>
    public GoFunction? Find(string name) => _functions.GetValueOrDefault(name);
}
