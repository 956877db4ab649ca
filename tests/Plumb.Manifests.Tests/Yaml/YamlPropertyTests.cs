using System.Text;
using CsCheck;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Yaml;
using Plumb.Reconcile.Rendering;

namespace Plumb.Manifests.Tests.Yaml;

public sealed class YamlPropertyTests
{
    private static readonly string[] Words =
    [
        "", "yes", "null", "~", "1", "0x1", "1.5", "1e3", "2001-01-01", "a: b", "- a", "#", " a", "a ", "a\nb", "a\n\n", "\na", " a\nb\n", "a \nb",
        "\t", "\r\n", "é", "😀", "{}", "[", "<<", "=", "key", "0777", "12:30", "\\", "\"", "'", "%", "a\u0000b", "\u007f", "\ufeff", "\u00a0",
        "word word word word word word word word word word word word word word word word word word word word word word",
    ];

    private const string Letters = "ab :#-\n\t'\"\\{}[],&*!|>%@`0123.eE_~é\r";

    [Fact]
    public void Write_ThenRead_GivesTheSameValue() => Gen.Int.Sample(
        seed =>
        {
            var value = new Source(new Random(seed)).Value(0);
            var text = YamlWriter.Write(value);
            var diagnostics = new List<Diagnostic>();
            var documents = YamlReader.ReadAll(Encoding.UTF8.GetBytes(text), "t", diagnostics);
            if (diagnostics.Count > 0 || documents.Count != 1 || documents[0].Value != value)
                throw new InvalidOperationException($"{value}\nwas written\n{text}\nand read {documents.FirstOrDefault()?.Value} {diagnostics.FirstOrDefault()}");
        },
        iter: 3000);

    [Fact]
    public void AnyBytes_AreReadWithoutThrowing() =>
        Gen.Byte.Array[0, 200].Sample(bytes => ReadWithoutThrowing(bytes), iter: 3000);

    [Fact]
    public void AnyYamlLetters_AreReadWithoutThrowing() =>
        Gen.Int[0, Letters.Length - 1].Array[0, 60].Sample(
            picks => ReadWithoutThrowing(Encoding.UTF8.GetBytes(string.Concat(picks.Select(i => Letters[i])))), iter: 5000);

    [Fact]
    public void DamagedManifests_AreReadWithoutThrowing()
    {
        if (!SharedData.IsHere(nameof(DamagedManifests_AreReadWithoutThrowing))) return;
        var files = Directory.EnumerateFiles(Path.Combine(Corpus.Repositories, "kubernetes-examples"), "*.yaml", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal).Take(40).Select(File.ReadAllBytes).Where(f => f.Length is > 0 and < 4000).ToArray();
        Gen.Select(Gen.Int[0, files.Length - 1], Gen.Int, Gen.Int[1, 5]).Sample(
            (file, seed, edits) =>
            {
                var bytes = files[file].ToList();
                var random = new Random(seed);
                for (var i = 0; i < edits && bytes.Count > 1; i++)
                {
                    var at = random.Next(bytes.Count);
                    switch (random.Next(3))
                    {
                        case 0: bytes.RemoveAt(at); break;
                        case 1: bytes.Insert(at, (byte)Letters[random.Next(Letters.Length - 2)]); break;
                        default: bytes.RemoveRange(at, Math.Min(bytes.Count - at, random.Next(200))); break;
                    }
                }

                ReadWithoutThrowing([.. bytes]);
            },
            iter: 1500);
    }

    private static void ReadWithoutThrowing(byte[] bytes)
    {
        var diagnostics = new List<Diagnostic>();
        var documents = YamlReader.ReadAll(bytes, "t.yaml", diagnostics);
        foreach (var document in documents) _ = YamlWriter.Write(document.Value);
    }

    private sealed class Source(Random random)
    {
        public Node Value(int depth) => random.Next(depth > 3 ? 5 : 8) switch
        {
            0 => random.NextInt64(long.MinValue, long.MaxValue),
            1 => random.Next(2) == 0,
            2 => Node.Null,
            3 => random.Next(4) switch { 0 => 1.5, 1 => random.NextDouble() * 1e30, 2 => Node.BigInt("18446744073709551616"), _ => random.NextDouble() },
            4 or 5 => Text(),
            6 => new ListNode(Enumerable.Range(0, random.Next(4)).Select(_ => Value(depth + 1))),
            _ => Map(depth),
        };

        private Node Map(int depth)
        {
            var map = new MapNode();
            for (var i = random.Next(5); i > 0; i--) map[Text()] = Value(depth + 1);
            return map;
        }

        private string Text()
        {
            if (random.Next(2) == 0) return Words[random.Next(Words.Length)];
            var text = new StringBuilder();
            for (var i = random.Next(12); i > 0; i--) text.Append(random.Next(4) == 0 ? Words[random.Next(Words.Length)] : Letters[random.Next(Letters.Length)]);
            return text.ToString();
        }
    }
}
