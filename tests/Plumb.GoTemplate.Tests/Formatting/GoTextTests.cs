using CsCheck;
using Plumb.GoTemplate.Formatting;
using Plumb.GoTemplate.Values;

namespace Plumb.GoTemplate.Tests.Formatting;

/// <summary>Strings of bytes in strings of UTF-16, and numbers as Go writes them.</summary>
public sealed class GoTextTests
{
    [Fact]
    public void Bytes_ComeBackAsTheyWere() =>
        Gen.Byte.Array[0, 64].Sample(bytes => GoText.GetBytes(GoText.FromBytes(bytes)).AsSpan().SequenceEqual(bytes)
            && GoText.ByteLength(GoText.FromBytes(bytes)) == bytes.Length);

    [Fact]
    public void Order_IsThatOfBytes() =>
        Gen.Select(Gen.String, Gen.String).Sample((a, b) =>
        {
            var (left, right) =
                (GoText.FromBytes(System.Text.Encoding.UTF8.GetBytes(a)), GoText.FromBytes(System.Text.Encoding.UTF8.GetBytes(b)));
            return Math.Sign(GoText.Compare(left, right)) == Math.Sign(
                GoText.GetBytes(left).AsSpan().SequenceCompareTo(GoText.GetBytes(right)));
        });

    [Fact]
    public void AQuotedString_ReadsBackAsItself() =>
        Gen.String.Select(t => GoText.FromBytes(System.Text.Encoding.UTF8.GetBytes(t)))
            .Sample(text => GoQuote.Unquote(GoQuote.Quote(text)) == text);

    [Fact]
    public void AShortestNumber_ReadsBackAsItself() =>
        Gen.Double.Where(double.IsFinite).Sample(number => GoNumber.ParseFloat(GoFloat.Format(number, 'g', -1)) == number
            && GoNumber.ParseFloat(GoFloat.Format(number, 'e', -1)) == number
                && GoNumber.ParseFloat(GoFloat.Format(number, 'f', -1)) == number);

    [Theory]
    [InlineData(0.5, 'f', 0, "0")]
    [InlineData(1.5, 'f', 0, "2")]
    [InlineData(2.5, 'f', 0, "2")]
    [InlineData(0.125, 'f', 2, "0.12")]
    [InlineData(0.1, 'f', 20, "0.10000000000000000555")]
    [InlineData(1234.5678, 'g', 3, "1.23e+03")]
    [InlineData(100, 'g', 3, "100")]
    [InlineData(1e21, 'g', -1, "1e+21")]
    [InlineData(999999, 'g', -1, "999999")]
    [InlineData(1e6, 'g', -1, "1e+06")]
    [InlineData(0.0001, 'g', -1, "0.0001")]
    [InlineData(0.00001, 'g', -1, "1e-05")]
    [InlineData(9.99, 'e', 1, "1.0e+01")]
    [InlineData(5e-324, 'g', -1, "5e-324")]
    [InlineData(0, 'e', 2, "0.00e+00")]
    [InlineData(-0.0, 'f', 1, "-0.0")]
    public void ANumber_IsRoundedHalfToEven(double number, char format, int precision, string expected) =>
        GoFloat.Format(number, format, precision).ShouldBe(expected);
}
