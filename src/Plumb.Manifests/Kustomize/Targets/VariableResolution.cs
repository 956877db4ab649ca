using Plumb.Manifests.Kustomize.Filters;
using Plumb.Manifests.Kustomize.Resources;
using Plumb.Reconcile.Rendering;

namespace Plumb.Manifests.Kustomize.Targets;

/// <summary>Puts the values of <c>vars</c> where <c>$(NAME)</c> stands for them.</summary>
internal static class VariableResolution
{
    /// <exception cref="KustomizeException">A variable has no value.</exception>
    public static void Resolve(Accumulator accumulator, BuildContext context)
    {
        var values = accumulator.Variables.ToDictionary(v => v.Name, v => ValueOf(v, accumulator.Resources), StringComparer.Ordinal);
        if (values.Count == 0) return;
        var expansion = new VarExpansion(values);
        foreach (var resource in accumulator.Resources.All)
        {
            context.Ct.ThrowIfCancellationRequested();
            if (resource.IsEmpty) continue;
            foreach (var field in accumulator.Config.VarReference) RefVarFilter.Apply(resource.Node!, field, expansion);
        }

        accumulator.Resources.IdsMayHaveChanged();
        var unused = expansion.Unused.Order(StringComparer.Ordinal).ToList();
        if (unused.Count > 0)
            context.Warnings.Add(Diagnostic.Warning(default, $"well-defined vars that were never replaced: {string.Join(',', unused)}"));
    }

    private static VarValue ValueOf(Files.VariableEntry variable, ResourceList resources)
    {
        var source = resources.All.FirstOrDefault(r => r.VariableNames.Contains(variable.Name))
            ?? throw new KustomizeException(
                $"var '{variable.Name}' cannot be mapped to a field in the set of known resources", variable.At);
        try
        {
            return VarValue.Read(source.Node!, variable.FieldPath);
        }
        catch (KustomizeException fault)
        {
            throw new KustomizeException(
                $"field specified in var '{variable.Name}' not found in corresponding resource: {source.CurrentId}: {fault.Message}",
                variable.At, fault);
        }
    }
}
