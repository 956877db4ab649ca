using System.Runtime.CompilerServices;
using Plumb.GoTemplate.Running;
using Plumb.GoTemplate.Values;

namespace Plumb.GoTemplate.Functions.Dicts;

/// <summary>
/// Merging maps as the library mergo 1.0.1 does: what the target lacks or has empty is filled; overwriting, all but maps is replaced.
/// </summary>
internal static class Merging
{
    public static void Merge(Execution run, GoMap target, GoMap source, bool overwrite)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (ReferenceEquals(target, source)) return;
        run.LateKeys.Changing(target, GoValue.From(source));
        run.CheckElements(source.Count);
        foreach (var key in source.Keys.ToArray())
        {
            var value = source[key];
            if (value.IsNil)
            {
                if (overwrite) target.Set(key, value);
                continue;
            }

            var has = target.TryGet(key, out var old);
            if (value.Kind == GoKind.Map && has && old.Kind == GoKind.Map && !old.Map.IsNil) Merge(run, old.Map, value.Map, overwrite);
            if (value.IsList && has && !Emptiness.IsEmpty(old))
            {
                if (overwrite) target.Set(key, value);
                continue;
            }

            if (value.Kind == GoKind.Map && old.Kind == GoKind.Map && !Emptiness.IsEmpty(old)) continue;
            if (overwrite || !has || Emptiness.IsEmpty(old)) target.Set(key, value);
        }
    }
}
