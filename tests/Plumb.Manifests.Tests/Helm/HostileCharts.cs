using System.Formats.Tar;
using System.IO.Compression;
using System.Text;

namespace Plumb.Manifests.Tests.Helm;

/// <summary>Charts that mean harm: each has to end in a clear error, soon and in little memory.</summary>
internal static class HostileCharts
{
    private const string ChartFile = "apiVersion: v2\nname: c\nversion: 1.0.0\n";

    /// <summary>All of them by name: their files, and what the error has to say.</summary>
    public static IReadOnlyList<(string Name, (string Path, byte[] Data)[] Files, string Words)> All { get; } =
    [
        Template("include without end", "{{ define \"x\" }}{{ include \"x\" . }}{{ end }}{{ include \"x\" . }}", "nested"),
        Template("include in a circle of two", "{{ define \"a\" }}{{ include \"b\" . }}{{ end }}{{ define \"b\" }}{{ include \"a\" . }}{{ end }}{{ include \"a\" . }}", "nested"),
        Template("template without end", "{{ define \"x\" }}{{ template \"x\" . }}{{ end }}{{ template \"x\" . }}", "exceeded maximum template depth"),
        Template("tpl of itself", "{{ define \"x\" }}{{ tpl \"{{ include \\\"x\\\" . }}\" . }}{{ end }}{{ include \"x\" . }}", "nested"),
        Template("tpl that grows", "{{ define \"x\" }}{{ tpl (printf \"%s%s\" .t .t) (dict \"t\" (printf \"%s%s\" .t .t)) }}{{ end }}{{ include \"x\" (dict \"t\" \"{{ include `x` . }}\") }}", ""),
        Template("ranges in ranges", "{{ range until 9999 }}{{ range until 9999 }}{{ range until 9999 }}x{{ end }}{{ end }}{{ end }}", "more than"),
        Template("a range over a number", "{{ range 2000000000 }}{{ end }}", "steps"),
        Template("a gigabyte of repeat", "{{ repeat 1000000000 \"x\" }}", "longer than the limit"),
        Template("repeat of repeat", "{{ $s := \"x\" }}{{ range until 64 }}{{ $s = repeat 2 $s }}{{ end }}{{ $s }}", "longer than the limit"),
        Template("until a billion", "{{ until 1000000000 | len }}", "elements"),
        Template("a padded number", "{{ printf \"%999999999d\" 1 }}", ""),
        Template("an indent of a billion", "{{ indent 1000000000 \"a\" }}", "longer than the limit"),
        Template("output without end", "{{ range until 999999 }}0123456789012345678901234567890123456789{{ end }}{{ range until 999999 }}0123456789012345678901234567890123456789{{ end }}", "characters of output"),
        Template("a map in itself", "{{ $d := dict }}{{ $_ := set $d \"d\" $d }}{{ toYaml $d }}", "nested too deeply"),
        Template("a map in itself, merged", "{{ $d := dict }}{{ $_ := set $d \"d\" $d }}{{ mergeOverwrite (dict) (deepCopy $d) | toJson }}", "nested too deeply"),
        Template("lists that double", "{{ $l := list 1 }}{{ range until 64 }}{{ $l = concat $l $l }}{{ end }}{{ len $l }}", "elements"),
        Template("a tower of lists", "{{ $l := list 1 }}{{ range until 64 }}{{ $l = list $l $l }}{{ end }}{{ toJson $l }}", ""),
        Template("a regex that backtracks", "{{ regexMatch \"^(a+)+$\" (printf \"%sb\" (repeat 50000 \"a\")) }}{{ fail \"it ended\" }}", "it ended"),
        Template("a regex with a huge count", "{{ mustRegexMatch \"((a{1000}){1000}){1000}\" \"a\" }}", "invalid repeat count"),
        Template("a regex that replaces everywhere", "{{ range until 1000 }}{{ regexReplaceAll \"\" (repeat 99999 \"a\") (repeat 9999 \"b\") }}{{ end }}", ""),
        Template("keys without end", "{{ range until 100000 }}{{ genPrivateKey \"rsa\" }}{{ end }}", "a.yaml:1:41: executing \"c/templates/a.yaml\": making keys and hashing passwords"),
        Template("bcrypt without end", "{{ range until 100000 }}{{ bcrypt \"x\" }}{{ end }}", "making keys and hashing passwords"),
        Template("certificates without end", "{{ range until 100000 }}{{ genCA \"x\" 1 }}{{ end }}", "making keys and hashing passwords"),
        Template("certificates for one key without end", "{{ $k := (genCA \"x\" 1).Key }}{{ range until 100000 }}{{ $x := genCAWithKey \"x\" 1 $k }}{{ end }}", "took more than 4 s"),
        Template("a deep parenthesis", "{{ " + new string('(', 100_000) + "1" + new string(')', 100_000) + " }}", ""),
        Template("a deep if", string.Concat(Enumerable.Repeat("{{ if true }}", 50_000)) + string.Concat(Enumerable.Repeat("{{ end }}", 50_000)) + "{{ fail \"it ended\" }}", ""),
        Template("deep YAML read back", "{{ fromYaml (printf \"a: %s\" (repeat 100000 \"[\")) | toJson }}{{ fail \"it ended\" }}", ""),
        Template("deep JSON read back", "{{ fromJson (printf \"{\\\"a\\\": %s\" (repeat 1000000 \"[\")) | toJson }}{{ fail \"it ended\" }}", ""),
        Template("YAML that laughs, read back", "{{ .Files.Get \"laughs.txt\" | fromYaml | toJson }}{{ fail \"it ended\" }}", "", ("laughs.txt", Utf8(Laughs))),
        Template("printed YAML that laughs", "{{ .Files.Get \"laughs.txt\" }}", "", ("laughs.txt", Utf8(Laughs))),
        Template("a file outside", "{{ .Files.Get \"../../../../etc/passwd\" }}{{ .Files.Get \"/etc/passwd\" }}{{ fail (printf \"read %d\" (len (.Files.Get \"/etc/passwd\"))) }}", "read 0"),
        Template("globs outside", "{{ range $p, $_ := .Files.Glob \"/etc/*\" }}{{ fail $p }}{{ end }}{{ range $p, $_ := .Files.Glob \"../**\" }}{{ fail $p }}{{ end }}{{ fail \"nothing\" }}", "nothing"),
        Template("a hundred thousand documents", "{{ range until 100000 }}\n---\nkind: ConfigMap\napiVersion: v1\nmetadata: {name: a{{ . }}}\n{{ end }}", "objects allowed"),
        ("values that laugh", [File("Chart.yaml", ChartFile), File("values.yaml", Laughs), File("templates/a.yaml", "a: {{ toJson .Values }}")], "values"),
        ("values that are deep", [File("Chart.yaml", ChartFile), File("values.yaml", "a: " + new string('[', 100_000))], "nest"),
        ("Chart.yaml that laughs", [File("Chart.yaml", ChartFile + Laughs)], ""),
        ("a schema that refers to itself", [File("Chart.yaml", ChartFile), File("values.schema.json", "{\"$ref\": \"#\"}"), File("values.yaml", "a: 1")], ""),
        ("a schema that refers outside", [File("Chart.yaml", ChartFile), File("values.schema.json", "{\"$ref\": \"file:///etc/passwd\"}"), File("values.yaml", "a: 1")], "file:///etc/passwd"),
        ("a schema that explodes", [File("Chart.yaml", ChartFile), File("values.schema.json", Exploding()), File("values.yaml", "a: {a: {a: {a: {a: {a: {a: {a: 1}}}}}}}")], ""),
        ("charts in charts in charts", [File("Chart.yaml", ChartFile), .. Enumerable.Range(1, 80).Select(i => File(string.Concat(Enumerable.Repeat("charts/c/", i)) + "Chart.yaml", ChartFile))], "nested more than"),
        ("a packed bomb", [File("Chart.yaml", ChartFile), ("charts/b.tgz", Bomb())], "larger than the maximum"),
        ("a packed chart that climbs", [File("Chart.yaml", ChartFile), ("charts/b.tgz", Packed("b/../../../etc/cron.d/x"))], "parent directory"),
        ("a packed chart with absolute paths", [File("Chart.yaml", ChartFile), ("charts/b.tgz", Packed("b//etc/cron.d/x"))], "absolute"),
        ("a packed chart that is none", [File("Chart.yaml", ChartFile), ("charts/b.tgz", [0x1f, 0x8b, 8, 0, 1, 2, 3])], "unexpected EOF"),
        ("a packed chart of many files", [File("Chart.yaml", ChartFile), ("charts/b.tgz", Many())], "files allowed"),
    ];

    private const string Laughs = """
        a: &a [x, x, x, x, x, x, x, x, x]
        b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]
        c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b]
        d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c]
        e: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d]
        f: &f [*e, *e, *e, *e, *e, *e, *e, *e, *e]
        g: &g [*f, *f, *f, *f, *f, *f, *f, *f, *f]
        h: &h [*g, *g, *g, *g, *g, *g, *g, *g, *g]
        i: &i [*h, *h, *h, *h, *h, *h, *h, *h, *h]

        """;

    private static (string, (string, byte[])[], string) Template(string name, string text, string words, params (string, byte[])[] more) =>
        (name, [File("Chart.yaml", ChartFile), File("templates/a.yaml", text), .. more], words);

    private static (string Path, byte[] Data) File(string path, string text) => (path, Utf8(text));

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private static string Exploding()
    {
        var text = new StringBuilder("{\"$ref\": \"#/definitions/d0\", \"definitions\": {");
        for (var i = 0; i < 40; i++)
            text.Append($"\"d{i}\": {{\"allOf\": [{{\"$ref\": \"#/definitions/d{i + 1}\"}}, {{\"$ref\": \"#/definitions/d{i + 1}\"}}]}}, ");
        return text.Append("\"d40\": {\"type\": \"string\"}}}").ToString();
    }

    private static byte[] Bomb()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            using var tar = new TarWriter(gzip, leaveOpen: true);
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "b/Chart.yaml") { DataStream = new MemoryStream(Utf8(ChartFile)) });
            var zeros = new byte[4 << 20];
            for (var i = 0; i < 100; i++)
                tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, $"b/zeros-{i}") { DataStream = new MemoryStream(zeros) });
        }

        return packed.ToArray();
    }

    private static byte[] Packed(string path) => Archive([("b/Chart.yaml", ChartFile), (path, "x")]);

    private static byte[] Many() => Archive(Enumerable.Range(0, 60_000).Select(i => ($"b/{i}", "")).Prepend(("b/Chart.yaml", ChartFile)));

    private static byte[] Archive(IEnumerable<(string Path, string Text)> files)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        using (var tar = new TarWriter(gzip))
        {
            foreach (var (path, text) in files)
                tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, path) { DataStream = new MemoryStream(Utf8(text)) });
        }

        return packed.ToArray();
    }
}
