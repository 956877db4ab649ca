using System.Globalization;

namespace Plumb.Manifests.Kustomize;

/// <summary>What one build may use, so that a small repository cannot unfold into a build that fills the machine.</summary>
/// <param name="settings">The bounds.</param>
internal sealed class BuildBudget(BuildSettings settings)
{
    private long _bytes;
    private int _resources;

    /// <summary>Counts a file; one that is read twice counts twice, as its content is there twice.</summary>
    public void AddBytes(long bytes, string file)
    {
        _bytes += bytes;
        if (_bytes > settings.MaxBytes)
        {
            throw new KustomizeException(string.Create(
                CultureInfo.InvariantCulture, $"with '{file}' the build reads more than the {settings.MaxBytes} bytes allowed; split it"));
        }
    }

    /// <summary>Counts objects that were read or generated, also those that are merged or deleted later.</summary>
    public void AddResources(int count)
    {
        _resources += count;
        if (_resources > settings.MaxResources)
        {
            throw new KustomizeException(string.Create(
                CultureInfo.InvariantCulture, $"the build comes by more than the {settings.MaxResources} objects allowed; split it"));
        }
    }
}
