using System.Text;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Yaml;
using Plumb.Reconcile.Rendering;

namespace Plumb.Manifests.Tests.Yaml;

/// <summary>The fast reader beside the parser: what it reads the parser reads too, as the same values at the same places, without a fault.</summary>
public sealed class CommonYamlTests
{
    private static readonly string[] Bits =
    [
        ": ", ":", "- ", "-", "\n", "\n\n", "  ", " ", "    ", "#", " # c", "\"", "'", "|", ">", "|-", ">+", "|2", "[", "]", "{", "}", ",", ", ", "?",
        "? ", "&a ", "*a", "!", "!!str ", "%", "@", "`", "\t", "\\", "\\n", "\\\n", "---", "\n---\n", "...", "\n...\n", "a", "b: c", "a: b\n", "null",
        "~", "1", "0x1F", "1.5", "true", "on", "<<", "<<: ", "é", "\u2028", "\r\n", "\u0085", "''", "\"\"", "\\u00e9", "\\x41", "\\ud83d", ".inf", "😀",
        "=", "key", "- - ", "-1", "2001-01-01", "\n  - ", "\n- ", "\n    ", "\n ", ":\n", "\ufeff",
    ];

    private const string Manifest =
        """
        # what it is
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: "web"
          labels: {app: web, tier: 'a ''b'''}
          annotations:
            on: yes
            text: some words
              on the next line

              and behind a gap
            quoted: "a \"b\" \x41
              folded \
              joined"
        spec:
          args: [a, -1, "c", [d, {e: 1.5}],]
          containers:
          - name: web
            image: nginx:1.25
            command:
            - sh
            - -c
            - |
              set -e
                indented

              exit 0
            env: []
          -
            name: second
            text: >-
              folded
              text

              here
          - - nested
            - list
          empty:
          keep: |+
            a

          last: |2
             two
        ---
        - 0x10
        - 007
        - .5
        - null
        - 18446744073709551615
        """;

    [Theory]
    [InlineData("")]
    [InlineData("# nothing\n")]
    [InlineData("a")]
    [InlineData("a\nb\n")]
    [InlineData("a: |\n  b")]
    [InlineData("a: >+\n  b\n\n")]
    [InlineData("- a\n- b: c\n  d: e\n")]
    [InlineData("---\na: b\n---\nc: d\n")]
    [InlineData("a:\n- b\nc:\n  - d\n")]
    [InlineData("{a: 1}\n")]
    [InlineData("'a': \"b\"\n1: 2\n")]
    [InlineData(Manifest)]
    public void Read_WhatIsCommon_GivesWhatTheParserGives(string text)
    {
        Difference(text, out var isRead).ShouldBeNull();
        isRead.ShouldBeTrue();
    }

    [Theory]
    [InlineData("a: &x 1\nb: *x\n")]
    [InlineData("a: !!str 1\n")]
    [InlineData("<<: {a: b}\n")]
    [InlineData("a: 1\na: 2\n")]
    [InlineData("a:\tb\n")]
    [InlineData("a: b\r\n")]
    [InlineData("a: b: c\n")]
    [InlineData("a: \"b\n")]
    [InlineData("---\n---\n")]
    [InlineData("? a\n: b\n")]
    [InlineData("%YAML 1.1\n---\na: b\n")]
    [InlineData("a: .inf\n")]
    [InlineData("a: 1\n  b: 2\n")]
    [InlineData("  a: 1\nb: 2\n")]
    public void Read_WhatIsUnusual_IsLeftToTheParser(string text) => CommonYaml.Read(text, "t", YamlLimits.Default, null).ShouldBeNull();

    [Fact]
    public void Read_AnyText_GivesWhatTheParserGives()
    {
        var random = new Random(20261126);
        for (var i = 0; i < 60_000; i++)
        {
            var text = i % 3 == 0 ? string.Concat(Enumerable.Range(0, random.Next(1, 14)).Select(_ => Bits[random.Next(Bits.Length)])) : Damaged(random);
            var limits = i % 8 == 0 ? new YamlLimits(MaxDepth: 3, MaxNodes: 10) : YamlLimits.Default;
            if (Difference(text, out _, limits) is { } difference) throw new InvalidOperationException($"{text}\n{difference}");
        }
    }

    [Fact]
    public void Read_WhatChartsPrint_GivesWhatTheParserGives()
    {
        if (!SharedData.IsHere(nameof(Read_WhatChartsPrint_GivesWhatTheParserGives))) return;
        var folder = Path.Combine(Path.GetDirectoryName(Corpus.File("helm.tgz", "helm/cases.json"))!, "expected");
        var (documents, read) = (0, 0);
        foreach (var file in Directory.EnumerateFiles(folder, "*.yaml", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Where((_, i) => i % 12 == 0))
        {
            foreach (var text in File.ReadAllText(file).Split("\n---").Select(t => t.Trim()).Distinct().Where(t => t.Length < 100_000))
            {
                documents++;
                if (Difference(text, out var isRead) is { } difference) throw new InvalidOperationException($"{file}\n{text}\n{difference}");
                if (isRead) read++;
            }
        }

        documents.ShouldBeGreaterThan(500);
        (read * 100 / documents).ShouldBeGreaterThan(95);
    }

    /// <summary>Some lines of the manifest, changed here and there.</summary>
    private static string Damaged(Random random)
    {
        var lines = Manifest.Split('\n');
        var text = new StringBuilder(string.Join('\n', lines.Skip(random.Next(lines.Length)).Take(random.Next(1, 14))));
        if (random.Next(2) == 0) text.Append('\n');
        for (var edits = random.Next(4); edits > 0 && text.Length > 0; edits--)
        {
            var at = random.Next(text.Length);
            switch (random.Next(3))
            {
                case 0: text.Insert(at, Bits[random.Next(Bits.Length)]); break;
                case 1: text.Remove(at, Math.Min(text.Length - at, random.Next(1, 4))); break;
                default: text[at] = " \n:-#'\"[]{},|>"[random.Next(14)]; break;
            }
        }

        return text.ToString();
    }

    private static string? Difference(string text, out bool isRead, YamlLimits? limits = null)
    {
        limits ??= YamlLimits.Default;
        var common = CommonYaml.Read(text, "t", limits, null);
        isRead = common is not null;
        if (common is null) return null;
        var faults = new List<Diagnostic>();
        var parsed = YamlReader.Parse(text, "t", faults, limits);
        if (faults.Count > 0) return $"the parser says: {faults[0]}";
        var (ours, theirs) = (Show(common), Show(parsed));
        return ours == theirs ? null : $"{ours}\nis not\n{theirs}";
    }

    private static string Show(IReadOnlyList<YamlDocument> documents) =>
        string.Join('\n', documents.Select(d => $"{d.Origin} {Show(d.Value)}"));

    private static string Show(Node node) => node.Kind switch
    {
        NodeKind.Map => $"{{{string.Join(", ", node.AsMap()!.Select(e => $"{e.Key}: {Show(e.Value)}"))}}}",
        NodeKind.List => $"[{string.Join(", ", node.AsList()!.Select(Show))}]",
        _ => $"{node.Kind} {node}",
    };
}
