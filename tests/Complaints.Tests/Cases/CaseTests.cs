using Jingdezhen.Tourism.Complaints.Cases;

namespace Jingdezhen.Tourism.Complaints.Tests.Cases;

public sealed class CaseTests
{
    private static readonly DateTimeOffset Monday = new(2026, 3, 2, 1, 0, 0, TimeSpan.Zero);
    private static readonly Actor Operator = new("operator", Guid.CreateVersion7());

    [Fact]
    public void A_case_walks_from_filing_to_closing_and_is_reopened_on_new_facts()
    {
        var filed = Filed();
        CaseStep[] way =
        [
            CaseStep.Acknowledge, CaseStep.Accept, CaseStep.AskMerchant, CaseStep.MerchantAnswers, CaseStep.Mediate,
            CaseStep.Agree, CaseStep.Close, CaseStep.Reopen,
        ];

        var refusals = way.Select(step => filed.Take(step, Operator, Monday)).ToList();

        Assert.All(refusals, Assert.Null);
        Assert.Equal(CaseState.Reopened, filed.State);
        Assert.Equal(1, filed.Closings);
    }

    [Theory]
    [InlineData("Accept"), InlineData("Mediate"), InlineData("Close"), InlineData("Reopen"), InlineData("Agree")]
    [InlineData("MerchantAnswers"), InlineData("Decline")]
    public void A_step_that_is_not_in_the_table_is_refused_and_changes_nothing(string step)
    {
        var filed = Filed();

        var refusal = filed.Take(Enum.Parse<CaseStep>(step), Operator, Monday);

        Assert.Equal("step-not-allowed", refusal!.Code);
        Assert.Equal((CaseState.Submitted, 1), (filed.State, filed.HistoryLength));
    }

    [Fact]
    public void Every_open_state_can_be_withdrawn_from_and_no_other()
    {
        var withdrawable = Enum.GetValues<CaseState>().Where(state =>
            CaseStates.Next(state, CaseStep.Withdraw) is not null);

        Assert.Equal(Enum.GetValues<CaseState>().Where(state => state.IsOpen()), withdrawable);
    }

    [Fact]
    public void Its_history_is_a_chain_in_which_no_line_can_be_changed_dropped_or_added()
    {
        var filed = Filed();
        filed.Take(CaseStep.Acknowledge, Operator, Monday, text: "电话已联系");
        var lines = filed.News.ToList();
        var forged = new CaseEvent
        {
            CaseId = filed.Id, Number = 2, At = lines[1].At, Actor = lines[1].Actor, What = "decline",
                Detail = lines[1].Detail,
            Audience = lines[1].Audience, TextHash = lines[1].TextHash, Hash = lines[1].Hash,
        };

        Assert.True(CaseEvent.IsIntact(lines, filed.HistoryLength, filed.HistoryHead));
        Assert.False(CaseEvent.IsIntact([lines[0], forged], filed.HistoryLength, filed.HistoryHead));
        Assert.False(CaseEvent.IsIntact([lines[0]], filed.HistoryLength, filed.HistoryHead));
        Assert.False(CaseEvent.IsIntact([.. lines, forged], filed.HistoryLength, filed.HistoryHead));
    }

    [Fact]
    public void A_number_read_aloud_with_one_wrong_digit_is_no_number()
    {
        var number = CaseNumbers.Of(new(2026, 11, 25), 4173);
        var digits = number.Replace("-", " ", StringComparison.Ordinal);

        Assert.Equal(number, CaseNumbers.Read(digits));
        foreach (var place in Enumerable.Range(0, digits.Length).Where(place => digits[place] != ' '))
        {
            var slip = digits.ToCharArray();
            slip[place] = slip[place] == '9' ? '0' : (char)(slip[place] + 1);
            Assert.Null(CaseNumbers.Read(new string(slip)));
        }
    }

    [Fact]
    public void Texts_are_found_by_neighbouring_characters_and_by_words_without_their_plural()
    {
        var terms = SearchTerms.Of("导游强迫购物，退还 2 tickets");

        Assert.Superset(SearchTerms.Asked("强迫购物").ToHashSet(), terms.ToHashSet());
        Assert.Superset(SearchTerms.Asked("Ticket").ToHashSet(), terms.ToHashSet());
        Assert.False(SearchTerms.Asked("购物强迫").TrueForAll(terms.Contains));
    }

    internal static Case Filed(DateTimeOffset? at = null)
    {
        var filed = new Case
        {
            Id = Guid.CreateVersion7(), Number = "260302-000001-1", ClaimantKey = "k", PayeeId = Guid.CreateVersion7(),
            PhoneHash = [1], Channel = "app", Category = "ticket", Facts = "关门", Remedy = "退款", ClaimedFen = 100,
            Complainants = 1, PurchaseId = null, PurchaseKind = null, MerchantId = null, ProductId = null,
                VenueId = null,
            County = null, HappenedOn = null, Terms = [], FiledAt = at ?? Monday,
        };
        filed.File(Operator, at ?? Monday, "app");
        return filed;
    }
}
