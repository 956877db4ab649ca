using Plumb.GoTemplate.Functions.Json;
using Plumb.GoTemplate.Values;
using Plumb.Manifests.Helm;
using Plumb.Manifests.Helm.Charts;
using Plumb.Manifests.Helm.Values;

namespace Plumb.Manifests.Tests.Helm;

/// <summary>The grammar of <c>--set</c> and its relatives, as the real program takes it.</summary>
public sealed class SetFlagTests
{
    /// <summary>The defaults of the chart that the flags were given to.</summary>
    private const string Defaults = "map:\n  x: 1\n  y:\n    z: 2\nlist: [p, q]\nnum: 1\n";

    [Fact]
    public void Flags_GiveWhatHelmGives()
    {
        if (!SharedData.IsHere("the table of --set")) return;
        var wrong = new List<string>();
        var rows = 0;
        foreach (var row in Corpus.Table("set_flags.jsonl"))
        {
            rows++;
            var flag = row.GetProperty("flag").GetString()!;
            var argument = row.GetProperty("arg").GetString()!;
            string actual;
            try
            {
                var values = Merge(flag, argument);
                actual = GoJsonWriter.Write(GoValue.From(values));
            }
            catch (HelmException fault)
            {
                actual = "Error: " + fault.Message;
            }

            var expected = row.GetProperty("ok").GetBoolean()
                ? GoJsonWriter.Write(GoJsonReader.Read(row.GetProperty("values").GetRawText(), out _))
                : row.GetProperty("error").GetString()!;
            if (actual != expected) wrong.Add($"{flag} {argument}\n  helm: {expected}\n  ours: {actual}");
        }

        Console.WriteLine($"set_flags: {rows - wrong.Count} of {rows} as helm");
        if (Environment.GetEnvironmentVariable("PLUMB_CORPUS_REPORT") is { Length: > 0 } report) File.WriteAllLines(report + ".set", wrong);
        wrong.Take(20).ShouldBeEmpty();
    }

    private static GoMap Merge(string flag, string argument)
    {
        var flags = new ValueFlags();
        flags = flag switch
        {
            "--set" => flags with { Set = [argument] },
            "--set-string" => flags with { SetString = [argument] },
            "--set-file" => flags with { SetFile = [argument] },
            "--set-json" => flags with { SetJson = [argument] },
            _ => flags with { SetLiteral = [argument] },
        };
        var given = flags.Merge(name => throw new HelmException($"open {name}: no such file or directory"));
        var chart = new Chart(new ChartMetadata { Name = "c" }) { Values = ValuesText.Read(Defaults) };
        return Coalescing.Coalesce(chart, given, new HelmLog());
    }
}
