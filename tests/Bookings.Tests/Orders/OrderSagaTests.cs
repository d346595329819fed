using Jingdezhen.Tourism.Bookings.Orders;
using Jingdezhen.Tourism.Platform.Domain;

namespace Jingdezhen.Tourism.Bookings.Tests.Orders;

/// <summary>The saga as a plain object: every message in every state, in any order, any number of times.</summary>
public sealed class OrderSagaTests
{
    private const long TicketFen = 9_500;
    private const long NightsFen = 60_000;
    private static readonly DateTimeOffset Noon = new(2026, 10, 2, 4, 0, 0, TimeSpan.Zero);
    private static readonly Refusal No = new("nights-taken", "No.");

    /// <summary>How to bring an order into each of its states.</summary>
    private static readonly Dictionary<string, Action<Order>> Ways = new()
    {
        ["holding"] = _ => { },
        ["held"] = order => Hold(order).AskPayment("sandbox", Noon),
        ["confirming"] = order => Pay(Hold(order)),
        ["confirmed"] = order => Sell(Pay(Hold(order))),
        ["releasing"] = order => Pay(Hold(order)).NightsRefused(Stay(order).Id, No, Noon),
        ["failed"] = order =>
        {
            Ways!["releasing"](order);
            End(order);
        },
        ["cancelled"] = order =>
        {
            Hold(order).GiveUp("changed my mind", Noon);
            End(order);
        },
    };

    /// <summary>What an order may hear.</summary>
    private static readonly Dictionary<string, Action<Order>> News = new()
    {
        ["nights-held"] = order => order.NightsHeld(Stay(order).Id, NightsFen, Noon, Noon),
        ["nights-refused"] = order => order.NightsRefused(Stay(order).Id, No, Noon),
        ["nights-sold"] = order => order.NightsSold(Stay(order).Id, placesStand: true, Noon),
        ["nights-sold-too-late"] = order => order.NightsSold(Stay(order).Id, placesStand: false, Noon),
        ["nights-returned"] = order => order.NightsReturned(Stay(order).Id, "expired", Noon),
        ["nights-cancelled"] = order => order.NightsCancelled(Stay(order).Id, 30_000, "host", Noon),
        ["money-came"] = order =>
            order.MoneyCame($"order-{order.Id}", TicketFen + NightsFen, "CNY", placesStand: true, Noon),
        ["wrong-money"] = order => order.MoneyCame($"order-{order.Id}", 1, "CNY", placesStand: true, Noon),
        ["money-too-late"] = order => order.MoneyCame(
            $"order-{order.Id}", TicketFen + NightsFen, "CNY", placesStand: false, Noon),
        ["money-failed"] = order => order.MoneyFailed($"order-{order.Id}", "declined", Noon),
        ["strange-money"] = order => order.MoneyCame("order-of-nobody", 1, "CNY", placesStand: true, Noon),
        ["given-up"] = order => order.GiveUp("changed my mind", Noon),
        ["due"] = order => order.Due(placesStand: true, Noon.AddDays(1)),
        ["money-returned"] = order => order.MoneyReturned(
            $"order-{order.Id}-refund-1", $"order-{order.Id}", TicketFen + NightsFen, Noon, Noon),
        ["strange-money-returned"] = order => order.MoneyReturned("refund-of-nobody", "of-nobody", 1, Noon, Noon),
        ["money-stuck"] = order => order.MoneyStuck($"order-{order.Id}-refund-1", "no", Noon),
        ["nights-cheaper"] = order => order.NightsCheaper(Stay(order).Id, 1_000, "changed", Noon),
        ["release-refused"] = order => order.NightsRefused(Stay(order).Id, new("not-held", "They sleep."), Noon),
        ["extend"] = order => order.Extend(Noon.AddMinutes(20), Noon),
        ["cancel"] = order =>
        {
            var sold = order.Lines.Where(line => line.State == LineState.Sold).ToList();
            if (order.State != OrderState.Confirmed || sold.Count == 0) return;

            order.Cancel(
                [.. sold.Where(line => line.Kind == OrderLine.Ticket).Select(line => (line, TicketFen, false))],
                sold.FindAll(line => line.Kind == OrderLine.Stay), "changed my mind", Noon);
        },
    };

    public static TheoryData<string, string, string> Table()
    {
        // State × news → state. What is not named stays where it is.
        var moves = new Dictionary<(string, string), string>
        {
            [("holding", "nights-held")] = "held",
            [("holding", "nights-refused")] = "failed",
            [("holding", "release-refused")] = "failed",
            [("holding", "nights-returned")] = "failed",
            [("holding", "given-up")] = "releasing",
            [("holding", "due")] = "releasing",
            [("held", "nights-returned")] = "failed",
            [("held", "money-came")] = "confirming",
            [("held", "money-too-late")] = "releasing",
            [("held", "given-up")] = "releasing",
            [("held", "due")] = "releasing",
            [("confirming", "nights-refused")] = "releasing",
            [("confirming", "release-refused")] = "releasing",
            [("confirming", "nights-sold")] = "confirmed",
            [("confirming", "nights-sold-too-late")] = "releasing",
            [("confirming", "nights-returned")] = "releasing",
            [("confirming", "nights-cancelled")] = "releasing",
            [("confirming", "due")] = "releasing",
            [("confirmed", "nights-cancelled")] = "confirmed",
            [("confirmed", "cancel")] = "confirmed",
        };
        var table = new TheoryData<string, string, string>();
        foreach (var state in Ways.Keys)
        {
            foreach (var news in News.Keys) table.Add(state, news, moves.GetValueOrDefault((state, news), state));
        }

        return table;
    }

    [Theory, MemberData(nameof(Table))]
    public void Every_message_in_every_state_moves_the_order_as_the_table_says(
        string state, string news, string expected)
    {
        var order = InState(state);

        News[news](order);

        Assert.Equal(expected, Name(order));
        Assert.True(
            order.State is OrderState.Confirmed or OrderState.Failed or OrderState.Cancelled
            || order.ActAt is not null);
        Assert.True(
            order.ActAt is not null
            || !order.Refunds.Exists(refund => refund.State == RefundState.Asked || refund.IsStuck));
    }

    [Theory, MemberData(nameof(Table))]
    public void A_message_heard_twice_asks_others_for_nothing_more(string state, string news, string expected)
    {
        var order = InState(state);
        News[news](order);
        order.Asks.Clear();

        // The sweep asks again on purpose, each time a deadline has come; who owes nothing is not asked.
        News[news](order);

        Assert.Equal(expected, Name(order));
        if (news != "due") Assert.Empty(order.Asks);
    }

    /// <summary>Other services in a box: they answer what is asked of them, late, twice and in any order.</summary>
    [Fact]
    public void However_messages_are_delayed_doubled_and_reordered_the_order_ends_whole_and_the_money_balances()
    {
        for (var seed = 1; seed <= 5_000; seed++)
        {
            var world = new World(new Random(seed));

            world.Run();

            Assert.True(world.Fault is null, $"seed {seed}: {world.Fault}\n{world.Story}");
        }
    }

    [Fact]
    public void With_idempotency_off_doubled_messages_confirm_or_refund_wrongly()
    {
        var faults = Enumerable.Range(1, 200).Count(seed =>
        {
            var world = new World(new Random(seed)) { Idempotent = false };
            world.Run();
            return world.Fault is not null;
        });

        Assert.True(faults > 0, "Refunds made twice went unnoticed.");
    }

    [Theory, InlineData("releasing", "failed"), InlineData("given-up-late", "cancelled")]
    public void A_refund_that_fails_is_asked_for_again_ever_more_seldom_until_the_money_is_back(
        string way, string ending)
    {
        var order = Owing(way);
        var (now, pauses) = (Noon, new List<double>());

        for (var failure = 1; failure <= 5; failure++)
        {
            order.MoneyStuck(OpenRefund(order).Key, "provider said no", now);
            var asked = AskedAgain(order);
            pauses.Add((asked - now).TotalSeconds);
            now = asked;
        }

        Assert.Equal([60, 120, 240, 480, 960], pauses);
        var told = Assert.Single(order.Asks.OfType<OrderAsk.TellStuck>());
        Assert.Equal(TicketFen + NightsFen, told.Refund.AmountFen);
        Assert.Single(order.Steps, step => step.What == "stuck");
        var sixth = OpenRefund(order);
        Assert.Equal($"order-{order.Id}-refund-6", sixth.Key);
        Return(order, sixth, now);
        Assert.Equal((ending, null), (Name(order), order.ActAt));
        Assert.Equal(TicketFen + NightsFen, order.RefundedFen);
    }

    [Fact]
    public void After_a_hundred_failures_it_is_still_asked_for_once_a_day()
    {
        var order = Owing("releasing");
        var now = Noon;

        for (var failure = 0; failure < 100; failure++)
        {
            order.MoneyStuck(OpenRefund(order).Key, "account closed", now);
            now = AskedAgain(order);
        }

        order.MoneyStuck(OpenRefund(order).Key, "account closed", now);
        Assert.Equal(TimeSpan.FromDays(1), AskedAgain(order) - now);
        Assert.Equal(102, order.Refunds.Count);
    }

    [Fact]
    public void A_refund_that_fails_while_the_payer_has_time_moves_no_deadline()
    {
        var order = InState("held");
        order.MoneyCame($"order-{order.Id}", 1, "CNY", placesStand: true, Noon);
        var deadline = order.ActAt;

        order.MoneyStuck(OpenRefund(order).Key, "no", Noon);

        Assert.Equal((OrderState.Held, deadline), (order.State, order.ActAt));
    }

    [Fact]
    public void An_admins_own_refund_stands_for_the_stuck_one_and_ends_the_order()
    {
        var order = Owing("releasing");
        var stuck = OpenRefund(order);
        order.MoneyStuck(stuck.Key, "no", Noon);

        order.MoneyReturned("by-hand-1", stuck.PaymentKey, stuck.AmountFen, Noon, Noon);
        order.MoneyReturned("by-hand-1", stuck.PaymentKey, stuck.AmountFen, Noon, Noon);

        Assert.Equal(("failed", null, stuck.AmountFen), (Name(order), order.ActAt, order.RefundedFen));
    }

    [Fact]
    public void An_admins_own_refund_that_overtook_the_next_attempt_ends_the_order_when_that_one_fails()
    {
        var order = Owing("releasing");
        var first = OpenRefund(order);
        order.MoneyStuck(first.Key, "no", Noon);
        AskedAgain(order);
        var next = OpenRefund(order);

        order.MoneyReturned("by-hand-1", first.PaymentKey, first.AmountFen, Noon, Noon);
        order.MoneyStuck(next.Key, "refund-above-captured", Noon);

        Assert.Equal(("failed", null, first.AmountFen), (Name(order), order.ActAt, order.RefundedFen));
    }

    /// <summary>What Homestays tells of nights that moved, were left early or were cancelled, each with all that was
    /// given back so far.</summary>
    [Theory]
    [InlineData("moved", "cancelled")]
    [InlineData("cancelled", "moved")]
    [InlineData("moved", "moved", "cancelled", "moved")]
    [InlineData("left", "moved")]
    [InlineData("moved", "left", "moved")]
    public void However_news_of_cheaper_nights_overtakes_each_other_as_much_goes_back_as_was_told(params string[] told)
    {
        var order = InState("confirmed");
        if (told.Contains("cancelled")) News["cancel"](order);
        var before = order.Refunds.Sum(refund => refund.AmountFen);

        foreach (var news in told)
        {
            if (news == "moved") order.NightsCheaper(Stay(order).Id, 10_000, "changed", Noon);
            if (news == "left") order.NightsCheaper(Stay(order).Id, 40_000, "early-departure", Noon);
            if (news == "cancelled") order.NightsCancelled(Stay(order).Id, 40_000, "cancelled", Noon);
        }

        Assert.Equal(40_000, order.Refunds.Sum(refund => refund.AmountFen) - before);
        Assert.Equal(40_000, order.RefundedFenOf(Stay(order).Id));
    }

    [Fact]
    public void Nights_that_became_cheaper_before_their_sale_was_told_give_the_difference_back_once()
    {
        var (sold, failed) = (InState("confirming"), InState("confirming"));
        foreach (var order in new[] { sold, failed }) order.NightsCheaper(Stay(order).Id, 10_000, "changed", Noon);

        News["nights-sold"](sold);
        News["nights-refused"](failed);

        Assert.Equal(("confirmed", 10_000), (Name(sold), Assert.Single(sold.Refunds).AmountFen));
        Assert.NotNull(sold.ActAt);
        Assert.Equal(TicketFen + NightsFen, failed.Refunds.Sum(refund => refund.AmountFen));
        Assert.Equal(2, failed.Refunds.Count);
    }

    [Fact]
    public void Nights_that_are_held_after_they_were_refused_are_given_back()
    {
        var order = InState("holding");
        News["nights-refused"](order);
        order.Asks.Clear();

        News["nights-held"](order);

        Assert.Equal(Stay(order), Assert.Single(order.Asks.OfType<OrderAsk.ReleaseNights>()).Line);
        Assert.Equal(OrderState.Failed, order.State);
    }

    [Fact]
    public void A_release_that_is_refused_because_the_guests_sleep_there_ends_the_order_all_the_same()
    {
        var order = InState("releasing");

        News["release-refused"](order);
        foreach (var refund in order.Refunds.ToList()) Return(order, refund, Noon);

        Assert.Equal(("failed", null), (Name(order), order.ActAt));
        Assert.Contains(order.Steps, step => step.What == "release-refused");
    }

    [Fact]
    public void Giving_up_a_held_order_drops_the_payment_that_is_open()
    {
        var order = InState("held");

        order.GiveUp("changed my mind", Noon);

        Assert.Equal($"order-{order.Id}", Assert.Single(order.Asks.OfType<OrderAsk.DropPayment>()).Payment.Key);
    }

    [Fact]
    public void With_the_state_guard_off_a_capture_told_twice_is_refunded()
    {
        var (guarded, unguarded) = (InState("confirming"), InState("confirming"));
        unguarded.Times = OrderTimes.Usual with { KnownMoneyIsNoNews = false };

        News["money-came"](guarded);
        News["money-came"](unguarded);

        Assert.Empty(guarded.Refunds);
        Assert.Equal(TicketFen + NightsFen, Assert.Single(unguarded.Refunds).AmountFen);
    }

    [Fact]
    public void Extending_prolongs_the_tickets_and_stops_at_the_longest_time()
    {
        var order = InState("held");

        var longer = order.Extend(Noon.AddMinutes(25), Noon);
        var tooLong = order.Extend(Noon.AddMinutes(31), Noon);
        var shorter = order.Extend(Noon.AddMinutes(5), Noon);

        Assert.Equal((null, "too-long", null), (longer, tooLong?.Code, shorter));
        Assert.Equal(Noon.AddMinutes(25), order.PayUntil);
        var prolonged = Assert.Single(order.Asks.OfType<OrderAsk.ProlongPlaces>());
        Assert.Equal(order.HoldUntil, prolonged.Until);
    }

    private static Order New()
    {
        var id = Guid.CreateVersion7();
        var order = new Order
        {
            Id = id, ResellerId = null, Channel = "app", Source = null, Campaign = null, ItineraryId = null,
            LongestUntil = Noon.AddMinutes(30), CreatedAt = Noon,
            Lines =
            [
                OrderLine.OfTickets(id, 0, Guid.CreateVersion7(), Guid.CreateVersion7(), new(2026, 10, 3), visitors: 1),
                OrderLine.OfNights(
                    id, 1, Guid.CreateVersion7(), Guid.CreateVersion7(), new(2026, 10, 3), new(2026, 10, 5), adults: 2,
                        children: 0),
            ],
        };
        order.Begin(
            Noon.AddMinutes(15), null, new Dictionary<Guid, long> { [order.Lines[0].Id] = TicketFen }, null, Noon);
        return order;
    }

    private static Order InState(string state)
    {
        var order = New();
        Ways[state](order);
        Assert.Equal(state, Name(order));
        order.Asks.Clear();
        return order;
    }

    private static Order Hold(Order order)
    {
        order.NightsHeld(Stay(order).Id, NightsFen, Noon.AddMinutes(35), Noon);
        return order;
    }

    private static Order Pay(Order order)
    {
        order.AskPayment("sandbox", Noon);
        order.MoneyCame($"order-{order.Id}", order.PriceFen, "CNY", placesStand: true, Noon);
        return order;
    }

    private static Order Sell(Order order)
    {
        order.NightsSold(Stay(order).Id, placesStand: true, Noon);
        return order;
    }

    private static void End(Order order)
    {
        order.NightsReturned(Stay(order).Id, "released", Noon);
        foreach (var refund in order.Refunds.ToList()) Return(order, refund, Noon);
    }

    private static void Return(Order order, OrderRefund refund, DateTimeOffset now) =>
        order.MoneyReturned(refund.Key, refund.PaymentKey, refund.AmountFen, now, now);

    /// <summary>An order whose nights are back and whose whole money is not.</summary>
    private static Order Owing(string way)
    {
        if (way == "releasing")
        {
            var order = InState("releasing");
            order.NightsReturned(Stay(order).Id, "released", Noon);
            return order;
        }

        // The money comes while a given-up order waits for its host: it ends when both are back.
        var late = InState("held");
        late.GiveUp("changed my mind", Noon);
        late.MoneyCame($"order-{late.Id}", TicketFen + NightsFen, "CNY", placesStand: true, Noon);
        late.NightsReturned(Stay(late).Id, "released", Noon);
        late.Asks.Clear();
        return late;
    }

    /// <summary>Lets the sweep come until the money is asked for again; returns when that was.</summary>
    private static DateTimeOffset AskedAgain(Order order)
    {
        while (true)
        {
            var due = order.ActAt!.Value;
            order.Due(placesStand: true, due);
            if (order.Refunds.Exists(refund => refund.State == RefundState.Asked)) return due;
        }
    }

    private static OrderRefund OpenRefund(Order order) =>
        Assert.Single(order.Refunds, refund => refund.State == RefundState.Asked);

    private static OrderLine Stay(Order order) => order.Lines[1];

    private static string Name(Order order) => order.State.ToString().ToLowerInvariant();

    /// <summary>
    /// Homestays, Payments and the places of Bookings, each with the memory it really has, and a post that
    /// delivers in any order and sometimes twice.
    /// </summary>
    private sealed class World(Random chance)
    {
        private readonly Order _order = New();
        private readonly List<Action> _post = [];
        private readonly HashSet<string> _withdrawn = [];
        private readonly HashSet<string> _refunded = [];
        private readonly HashSet<string> _failed = [];
        private readonly List<string> _story = [];
        private DateTimeOffset _now = Noon;
        private string _stay = "none", _places = "held";
        private long _captured, _back;

        public bool Idempotent { get; init; } = true;
        public string? Fault { get; private set; }
        public string Story => string.Join('\n', _story);

        public void Run()
        {
            Tell("placed", () => { });
            var paying = chance.Next(4);
            for (var round = 0; round < 400 && (_post.Count > 0 || _order.ActAt is not null); round++)
            {
                if (_order.State == OrderState.Held && _order.Payments.Count == 0 && paying > 0) Tell(
                    "asked to pay", () => _order.AskPayment("sandbox", _now));
                if (chance.Next(60) == 0) Tell("given up", () => _order.GiveUp("changed my mind", _now));
                if (_post.Count > 0 && chance.Next(5) > 0) Deliver();
                else if (_order.ActAt is { } due && (_post.Count == 0 || chance.Next(8) == 0))
                {
                    _now = due > _now ? due : _now;
                    Tell("due", () => _order.Due(_places == "held", _now));
                }
            }

            Judge();
        }

        private void Deliver()
        {
            var index = chance.Next(_post.Count);
            var letter = _post[index];
            if (chance.Next(4) > 0) _post.RemoveAt(index);
            letter();
        }

        private void Tell(string what, Action change)
        {
            var before = _order.State;
            change();
            _story.Add($"{what}: {before} -> {_order.State}");
            foreach (var ask in _order.Asks.ToList()) CarryOut(ask);
            _order.Asks.Clear();
        }

        private void CarryOut(OrderAsk ask)
        {
            switch (ask)
            {
                case OrderAsk.HoldNights: _post.Add(HoldNights); break;
                case OrderAsk.ConfirmNights: _post.Add(ConfirmNights); break;
                case OrderAsk.ReleaseNights: _post.Add(ReleaseNights); break;
                case OrderAsk.TakeMoney(var payment): _post.Add(() => Charge(payment)); break;
                case OrderAsk.GiveBack(var refund): _post.Add(() => GiveBack(refund)); break;
                case OrderAsk.SellPlaces: _places = _places == "held" ? "sold"
                    : Wrong("places sold that were not held"); break;
                case OrderAsk.ReturnPlaces: _places = _places == "sold" ? Wrong("sold places returned") : "free"; break;
            }
        }

        private string Wrong(string what)
        {
            Fault ??= what;
            return "wrong";
        }

        private void HoldNights()
        {
            if (_stay != "none") return;
            if (_withdrawn.Count > 0 || chance.Next(5) == 0)
            {
                _stay = "refused";
                _post.Add(() => Tell("refused", () => _order.NightsRefused(Stay(_order).Id, No, _now)));
                return;
            }

            _stay = "held";
            _post.Add(() => Tell("held", () => _order.NightsHeld(Stay(_order).Id, NightsFen, _now, _now)));
        }

        private void ConfirmNights()
        {
            if (_stay == "confirmed") return;
            if (_stay == "held" && chance.Next(6) == 0) _stay = "expired";
            if (_stay == "held")
            {
                _stay = "confirmed";
                _post.Add(() => Tell("confirmed", () => _order.NightsSold(Stay(_order).Id, _places == "held", _now)));
            }
            else
            {
                _post.Add(
                    () => Tell(
                    "refused", () => _order.NightsRefused(Stay(_order).Id, new("hold-expired", "No."), _now)));
            }
        }

        private void ReleaseNights()
        {
            if (_stay == "none") _withdrawn.Add("stay");
            var wasSold = _stay == "confirmed";
            if (_stay is "held" or "confirmed") _stay = "released";
            _post.Add(() => Tell("released", () =>
            {
                if (wasSold) _order.NightsCancelled(Stay(_order).Id, NightsFen, "order", _now);
                else _order.NightsReturned(Stay(_order).Id, "released", _now);
            }));
        }

        private void Charge(OrderPayment payment)
        {
            if (_captured > 0) return;
            if (chance.Next(5) == 0)
            {
                _post.Add(() => Tell("declined", () => _order.MoneyFailed(payment.Key, "declined", _now)));
                return;
            }

            _captured = payment.AmountFen;
            var stand = _places == "held";
            _post.Add(
                () => Tell(
                "captured", () =>
                _order.MoneyCame(payment.Key, payment.AmountFen, "CNY", _places == "held" && stand, _now)));
        }

        private void GiveBack(OrderRefund refund)
        {
            if (Idempotent && !_refunded.Add(refund.Key)) return;
            if (chance.Next(3) == 0 || _failed.Contains(refund.Key))
            {
                _failed.Add(refund.Key);
                _post.Add(() => Tell("stuck", () => _order.MoneyStuck(refund.Key, "no", _now)));
                return;
            }

            _back += refund.AmountFen;
            _post.Add(() => Tell("refunded", () => Return(_order, refund, _now)));
        }

        private void Judge()
        {
            var whole = _order.State == OrderState.Confirmed
                && (_stay, _places, _captured - _back) == ("confirmed", "sold", _order.PriceFen);
            var nothing = _order.State is OrderState.Failed or OrderState.Cancelled
                && _stay is not ("held" or "confirmed") && _places == "free" && _captured == _back;
            if (!whole && !nothing)
            {
                Fault ??= $"{_order.State}, nights {_stay}, places {_places}, captured {_captured}, back {_back}";
            }
        }
    }
}
