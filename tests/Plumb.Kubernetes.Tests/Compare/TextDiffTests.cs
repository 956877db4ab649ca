using System.Text;
using CsCheck;
using Plumb.Kubernetes.Compare;

namespace Plumb.Kubernetes.Tests.Compare;

public sealed class TextDiffTests
{
    [Fact]
    public void Unified_OfEqualTexts_IsEmpty() => TextDiff.Unified("a\n", "a\n", "x", "y").ShouldBe("");

    [Fact]
    public void Unified_ShowsThreeLinesOfContext() => TextDiff.Unified("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n", "live", "git")
        .ShouldBe("--- live\n+++ git\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n");

    [Fact]
    public void Unified_OfANewText_AddsAll() => TextDiff.Unified("", "a\nb\n", "x", "y").ShouldBe("--- x\n+++ y\n@@ -0,0 +1,2 @@\n+a\n+b\n");

    [Fact]
    public void Unified_MarksAMissingLineFeed() =>
        TextDiff.Unified("a", "b\n", "x", "y").ShouldBe("--- x\n+++ y\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n");

    [Fact]
    public void Unified_KeepsDistantChangesApart_AndNearOnesTogether()
    {
        var lines = Enumerable.Range(0, 40).Select(i => $"{i}\n").ToArray();
        var before = string.Concat(lines);
        (lines[5], lines[12], lines[30]) = ("x\n", "y\n", "z\n");

        TextDiff.Unified(before, string.Concat(lines), "x", "y").Split('\n').Count(l => l.StartsWith("@@", StringComparison.Ordinal)).ShouldBe(2);
    }

    [Fact]
    public void Unified_OfLongUnrelatedTexts_IsBounded()
    {
        var before = string.Concat(Enumerable.Range(0, 9000).Select(i => $"a{i}\n"));
        var after = string.Concat(Enumerable.Range(0, 9000).Select(i => $"b{i}\n"));

        Patch(before, TextDiff.Unified(before, after, "x", "y")).ShouldBe(after);
    }

    [Fact]
    public void Unified_AppliedToTheOldText_GivesTheNewOne()
    {
        var text = Gen.Select(Gen.Int[0, 4].Array[0, 40], Gen.Bool, (lines, isOpen) =>
            string.Join('\n', lines.Select(l => "abcde"[l])) + (lines.Length == 0 || isOpen ? "" : "\n"));
        Gen.Select(text, text).Sample((before, after) => Patch(before, TextDiff.Unified(before, after, "x", "y")) == after, iter: 3000);
    }

    /// <summary>What <c>patch</c> does, strictly.</summary>
    private static string Patch(string before, string diff)
    {
        if (diff.Length == 0) return before;
        var old = Lines(before);
        var result = new StringBuilder();
        var at = 0;
        var rows = Lines(diff);
        for (var i = 2; i < rows.Count; i++)
        {
            var row = rows[i];
            if (row.StartsWith("@@", StringComparison.Ordinal))
            {
                var range = row.Split(' ')[1][1..].Split(',');
                var start = int.Parse(range[0]) - (range.Length > 1 && range[1] == "0" ? 0 : 1);
                while (at < start) result.Append(old[at++]);
                continue;
            }

            var isOpen = i + 1 < rows.Count && rows[i + 1].StartsWith('\\');
            var line = isOpen ? row[1..^1] : row[1..];
            if (row[0] is ' ' or '-') old[at++].ShouldBe(line);
            if (row[0] is ' ' or '+') result.Append(line);
            if (isOpen) i++;
        }

        while (at < old.Count) result.Append(old[at++]);
        return result.ToString();
    }

    private static List<string> Lines(string text)
    {
        var lines = new List<string>();
        for (var from = 0; from < text.Length;)
        {
            var end = text.IndexOf('\n', from) is var i && i < 0 ? text.Length : i + 1;
            lines.Add(text[from..end]);
            from = end;
        }

        return lines;
    }
}
