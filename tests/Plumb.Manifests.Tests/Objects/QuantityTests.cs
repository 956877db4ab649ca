using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;

namespace Plumb.Manifests.Tests.Objects;

public sealed class QuantityTests
{
    [Theory]
    [InlineData("1000m", "1")]
    [InlineData("1Ki", "1024")]
    [InlineData("1.5Gi", "1536Mi")]
    [InlineData("1e3", "1k")]
    [InlineData("1E3", "1000")]
    [InlineData("1E", "1000P")]
    [InlineData("0.1", "100m")]
    [InlineData("100u", "0.1m")]
    [InlineData("+5", "5.000")]
    [InlineData("-0", "0")]
    [InlineData(".5", "500m")]
    [InlineData("5.", "5")]
    [InlineData("1e-3", "1m")]
    [InlineData("0.0000000001", "1n")]
    public void SameValue_IsEqual(string left, string right)
    {
        Parse(left).ShouldBe(Parse(right));
        Quantity.AreEqual(left, right).ShouldBeTrue();
    }

    [Theory]
    [InlineData("")]
    [InlineData("m")]
    [InlineData("1 Gi")]
    [InlineData("1gi")]
    [InlineData("1K")]
    [InlineData("1.2.3")]
    [InlineData("0x10")]
    [InlineData("1e")]
    [InlineData("--1")]
    [InlineData("1e999999999")]
    public void OtherText_IsNoQuantity(string text) => Quantity.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void Numbers_AreQuantitiesToo()
    {
        Quantity.AreEqual(1, "1000m").ShouldBeTrue();
        Quantity.AreEqual(0.5, "500m").ShouldBeTrue();
        Quantity.AreEqual(Node.Null, Node.Null).ShouldBeFalse();
    }

    [Fact]
    public void Order_IsByValue()
    {
        (Parse("1Gi") > Parse("1G")).ShouldBeTrue();
        (Parse("999m") < Parse("1")).ShouldBeTrue();
        (Parse("-1") < Parse("0")).ShouldBeTrue();
        Parse("1500m").Value.ShouldBe(2);
        Parse("1500m").MilliValue.ShouldBe(1500);
        Parse("1500m").ToString().ShouldBe("1500m");
        Parse("100Ei").Value.ShouldBe(long.MaxValue);
    }

    private static Quantity Parse(string text) =>
        Quantity.TryParse(text, out var quantity) ? quantity : throw new FormatException(text);
}
