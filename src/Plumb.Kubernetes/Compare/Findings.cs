namespace Plumb.Kubernetes.Compare;

/// <summary>Collects what a walk finds: the gravest verdict and the paths, bounded.</summary>
internal sealed class Findings
{
    private const int MostFields = 100;

    private static readonly ComparisonResult Same = new(Verdict.Same, []);

    private List<string>? _different;
    private List<string>? _suspect;

    /// <summary>Differs for certain at this path.</summary>
    public void Different(FieldPath path) => Add(ref _different, path);

    /// <summary>Looks different at this path.</summary>
    public void Suspect(FieldPath path) => Add(ref _suspect, path);

    /// <summary>One certain difference makes the object differ; the suspected ones are listed after the certain ones.</summary>
    public ComparisonResult Result()
    {
        if (_different is not null)
        {
            return new(Verdict.Different, _suspect is null ? _different : [.. _different.Union(_suspect).Take(MostFields)]);
        }

        return _suspect is not null ? new(Verdict.Suspect, _suspect) : Same;
    }

    private static void Add(ref List<string>? list, FieldPath path)
    {
        list ??= [];
        if (list.Count >= MostFields) return;
        var text = path.ToString();
        if (!list.Contains(text)) list.Add(text);
    }
}
