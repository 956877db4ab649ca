using Plumb.Web.Application.Diff;

namespace Plumb.Web.Tests.Application;

public sealed class DiffModelTests
{
    [Fact]
    public void Equal_texts_are_one_fold()
    {
        var diff = DiffModel.Of("a\nb\nc\n", "a\nb\nc");

        diff.Added.ShouldBe(0);
        diff.Sections.ShouldHaveSingleItem().Folded.ShouldBeTrue();
    }

    [Fact]
    public void Lines_far_from_a_change_are_folded_and_near_ones_shown()
    {
        var before = Enumerable.Range(1, 40).Select(i => $"line {i}").ToArray();
        var after = before.ToArray();
        after[19] = "line twenty";

        var diff = DiffModel.Of(string.Join('\n', before), string.Join('\n', after));

        diff.Sections.Select(section => (section.Folded, section.Rows.Count)).ShouldBe([(true, 16), (false, 7), (true, 17)]);
        diff.Sections[1].Rows[3].Kind.ShouldBe(DiffKind.Changed);
        diff.Sections[1].Rows[3].Before!.Number.ShouldBe(20);
    }

    [Fact]
    public void Between_near_changes_nothing_is_folded()
    {
        var before = Enumerable.Range(1, 20).Select(i => $"line {i}").ToArray();
        var after = before.ToArray();
        (after[5], after[12]) = ("x", "y");

        DiffModel.Of(string.Join('\n', before), string.Join('\n', after)).Sections.Count(section => !section.Folded).ShouldBe(1);
    }

    [Fact]
    public void A_changed_line_says_which_pieces_differ()
    {
        var row = DiffModel.Of("replicas: 5", "replicas: 3").Sections[0].Rows[0];

        string.Concat(row.Before!.Pieces.Select(piece => piece.Text)).ShouldBe("replicas: 5");
        row.After!.Pieces.Where(piece => piece.Differs).Select(piece => piece.Text).ShouldBe(["3"]);
    }

    [Fact]
    public void New_and_gone_objects_are_all_added_and_all_removed()
    {
        var made = DiffModel.Of("", "a\nb");
        var gone = DiffModel.Of("a\nb", "");

        (made.Added, made.Removed).ShouldBe((2, 0));
        (gone.Added, gone.Removed).ShouldBe((0, 2));
    }

    [Theory]
    [InlineData("kind: Pod")]
    [InlineData("  - name: \"a: b\"  # no comment")]
    [InlineData("\"quoted key\": 1")]
    [InlineData("# all of it")]
    [InlineData("url: https://example.com:80/x")]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("---")]
    [InlineData("<script>alert('x')</script>: y")]
    public void Colouring_loses_no_character(string line) => string.Concat(YamlTint.Line(line).Select(piece => piece.Text)).ShouldBe(line);

    [Fact]
    public void Keys_numbers_and_words_are_told_apart()
    {
        YamlTint.Line("  replicas: 3").ShouldContain(("y-key", "replicas"));
        YamlTint.Line("  replicas: 3").ShouldContain(("y-number", " 3"));
        YamlTint.Line("- paused: true").ShouldContain(("y-word", " true"));
    }
}
