package io.gracefulbackup.internal.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIdentityInfo;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.annotation.ObjectIdGenerators;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Currency;
import java.util.Deque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.annotation.JsonDeserialize;
import tools.jackson.databind.annotation.JsonPOJOBuilder;

/** States as applications have them: they are accepted, come back, and are written twice as the same bytes. */
@SuppressWarnings("unused") // Jackson uses the members.
class StateTypesTest {

    // ---- the types

    /** As Lombok's {@code @Data} makes it. */
    static class Customer {
        private @Nullable String name;
        private boolean active;
        private int xPos;
        private final List<String> tags = new ArrayList<>();

        public @Nullable String getName() {
            return name;
        }

        public void setName(String name) {
            this.name = name;
        }

        public boolean isActive() {
            return active;
        }

        public void setActive(boolean active) {
            this.active = active;
        }

        public int getXPos() {
            return xPos;
        }

        public void setXPos(int xPos) {
            this.xPos = xPos;
        }

        public List<String> getTags() {
            return tags;
        }
    }

    record Block(int index, String owner, String hash) {
        public boolean isGenesis() {
            return index == 0;
        }

        public String getLabel() {
            return owner + index;
        }
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
    @JsonSubTypes({@JsonSubTypes.Type(Circle.class), @JsonSubTypes.Type(Square.class)})
    sealed interface Shape permits Circle, Square {
        double area();
    }

    record Circle(double radius) implements Shape {
        @Override
        public double area() {
            return Math.PI * radius * radius;
        }
    }

    record Square(double side) implements Shape {
        @Override
        public double area() {
            return side * side;
        }
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, include = JsonTypeInfo.As.EXISTING_PROPERTY, property = "kind")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = Mail.class, name = "mail"),
        @JsonSubTypes.Type(value = Call.class, name = "call")
    })
    interface Event {
        String getKind();
    }

    record Mail(String to) implements Event {
        @Override
        public String getKind() {
            return "mail";
        }
    }

    record Call(String number) implements Event {
        @Override
        public String getKind() {
            return "call";
        }
    }

    /** As Kotlin compiles a data class that the Kotlin module does not read. */
    static final class Deed {
        private final String owner;
        private final BigDecimal price;

        @JsonCreator
        Deed(@JsonProperty("owner") String owner, @JsonProperty("price") BigDecimal price) {
            this.owner = owner;
            this.price = price;
        }

        public String getOwner() {
            return owner;
        }

        public BigDecimal getPrice() {
            return price;
        }

        public BigDecimal getTax() {
            return price.movePointLeft(1);
        }
    }

    enum Operation {
        PLUS("+") {
            @Override
            int apply(int a, int b) {
                return a + b;
            }
        },
        MINUS("-") {
            @Override
            int apply(int a, int b) {
                return a - b;
            }
        };

        private final String sign;

        Operation(String sign) {
            this.sign = sign;
        }

        abstract int apply(int a, int b);

        @Override
        public String toString() {
            return "an operation";
        }
    }

    record Profile(
            Optional<String> nick,
            OptionalInt age,
            @Nullable String mail) {}

    record Page<T>(List<T> items, Map<String, Page<T>> children) {}

    record Times(Instant instant, ZonedDateTime zoned, LocalDate date, Duration duration) {}

    @SuppressWarnings("ArrayRecordComponent") // as applications have them
    record Ids(UUID id, URI uri, Locale locale, Currency currency, byte[] image) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Ids ids
                    && id.equals(ids.id)
                    && uri.equals(ids.uri)
                    && java.util.Arrays.equals(image, ids.image);
        }

        @Override
        public int hashCode() {
            return id.hashCode();
        }
    }

    static class Counters {
        private final AtomicLong hits = new AtomicLong();
        public AtomicInteger misses = new AtomicInteger();

        public AtomicLong getHits() {
            return hits;
        }

        public void setHits(AtomicLong value) {
            hits.set(value.get());
        }
    }

    /** Nothing but fields, and tools among them. */
    static class Account {
        private String owner = "";
        private long cents;

        @SuppressWarnings("NullableOptional") // as applications have it
        private @Nullable Optional<String> note = Optional.empty();

        private final ReentrantLock lock = new ReentrantLock();
        private @Nullable Runnable listener;
        private @Nullable Thread worker;
        private transient int cached;

        void deposit(String to, long amount) {
            owner = to;
            cents += amount;
            cached = -1;
        }
    }

    /** A getter for one field, none for the other. */
    static class Wallet {
        private String owner = "";
        private long cents;

        public String getOwner() {
            return owner;
        }

        public void setOwner(String owner) {
            this.owner = owner;
        }
    }

    @JsonDeserialize(builder = Order.Builder.class)
    static final class Order {
        private final String item;
        private final int count;

        private Order(String item, int count) {
            this.item = item;
            this.count = count;
        }

        public String getItem() {
            return item;
        }

        public int getCount() {
            return count;
        }

        @JsonPOJOBuilder(withPrefix = "")
        static final class Builder {
            private String item = "";
            private int count;

            public Builder item(String value) {
                item = value;
                return this;
            }

            public Builder count(int value) {
                count = value;
                return this;
            }

            public Order build() {
                return new Order(item, count);
            }
        }
    }

    /** Written as one value. */
    record Money(BigDecimal amount) {
        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        Money {}

        @JsonValue
        BigDecimal value() {
            return amount;
        }
    }

    static class Open {
        private final Map<String, Object> more = new LinkedHashMap<>();

        @JsonAnyGetter
        public Map<String, Object> getMore() {
            return more;
        }

        @JsonAnySetter
        public void put(String name, Object value) {
            more.put(name, value);
        }

        public int getSize() {
            return more.size();
        }
    }

    static class Address {
        public String street = "";
        public String city = "";
    }

    static class Person {
        public String name = "";

        @JsonUnwrapped
        public Address address = new Address();

        @JsonIgnore
        public @Nullable Object session;
    }

    @JsonIdentityInfo(generator = ObjectIdGenerators.IntSequenceGenerator.class)
    static class Node {
        public String name = "";
        public List<Node> neighbours = new ArrayList<>();
    }

    /** As JPA entities are: each knows the other. */
    static class Author {
        private @Nullable Long id;
        private List<Book> books = new ArrayList<>();

        public @Nullable Long getId() {
            return id;
        }

        public void setId(Long id) {
            this.id = id;
        }

        public List<Book> getBooks() {
            return books;
        }

        public void setBooks(List<Book> books) {
            this.books = books;
        }
    }

    static class Book {
        private @Nullable Author author;

        public @Nullable Author getAuthor() {
            return author;
        }

        public void setAuthor(Author author) {
            this.author = author;
        }
    }

    static class Base {
        private int revision = 7;
    }

    static class Derived extends Base {
        private String text = "";
    }

    // ---- the table

    record State<T>(String name, TypeReference<T> type, T value) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<State<?>> states() {
        Customer customer = new Customer();
        customer.setName("Asha");
        customer.setActive(true);
        customer.setXPos(3);
        customer.getTags().add("vip");
        Account account = new Account();
        account.deposit("Asha", 500);
        Wallet wallet = new Wallet();
        wallet.setOwner("Asha");
        wallet.cents = 5;
        Counters counters = new Counters();
        counters.hits.set(7);
        counters.misses.set(8);
        Open open = new Open();
        open.put("a", 1);
        Person person = new Person();
        person.name = "Asha";
        person.address.city = "Pune";
        Node first = new Node();
        first.name = "first";
        first.neighbours.add(first);
        Derived derived = new Derived();
        derived.text = "x";
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("z", new BigDecimal("1.50"));
        document.put("a", List.of(1, "x", true));
        document.put("n", null);
        EnumMap<Operation, List<Integer>> byOperation = new EnumMap<>(Operation.class);
        byOperation.put(Operation.MINUS, List.of(1));
        return Stream.of(
                new State<>("Lombok-style bean", new TypeReference<Map<String, Customer>>() {}, Map.of("c", customer)),
                new State<>(
                        "record with derived getters",
                        new TypeReference<List<Block>>() {},
                        List.of(new Block(0, "A", "h"))),
                new State<>(
                        "sealed hierarchy with type info",
                        new TypeReference<List<Shape>>() {},
                        List.of(new Circle(1), new Square(2))),
                new State<>(
                        "interface with its type in a property",
                        new TypeReference<List<Event>>() {},
                        List.of(new Mail("a"), new Call("1"))),
                new State<>(
                        "Kotlin-like final fields",
                        new TypeReference<List<Deed>>() {},
                        List.of(new Deed("A", new BigDecimal("1.50")))),
                new State<>(
                        "enum with bodies",
                        new TypeReference<List<Operation>>() {},
                        List.of(Operation.PLUS, Operation.MINUS)),
                new State<>(
                        "Optional components",
                        new TypeReference<List<Profile>>() {},
                        List.of(
                                new Profile(Optional.of("n"), OptionalInt.of(3), null),
                                new Profile(Optional.empty(), OptionalInt.empty(), "m"))),
                new State<>(
                        "nested generics",
                        new TypeReference<Page<Block>>() {},
                        new Page<>(List.of(), Map.of("k", new Page<>(List.of(new Block(1, "A", "h")), Map.of())))),
                new State<>("EnumMap", new TypeReference<EnumMap<Operation, List<Integer>>>() {}, byOperation),
                new State<>(
                        "Map<Enum, …>",
                        new TypeReference<Map<Operation, Integer>>() {},
                        Map.of(Operation.PLUS, 1, Operation.MINUS, 2)),
                new State<>("EnumSet", new TypeReference<EnumSet<Operation>>() {}, EnumSet.of(Operation.PLUS)),
                new State<>(
                        "times",
                        new TypeReference<List<Times>>() {},
                        List.of(new Times(
                                Instant.parse("2026-01-14T15:30:45.123456789Z"),
                                ZonedDateTime.of(2026, 1, 14, 1, 2, 3, 4, ZoneId.of("Europe/Paris")),
                                LocalDate.of(2026, 1, 14),
                                Duration.ofNanos(5)))),
                new State<>(
                        "UUID, URI, Locale, Currency, byte[]",
                        new TypeReference<Map<UUID, Ids>>() {},
                        Map.of(
                                new UUID(1, 2),
                                new Ids(
                                        new UUID(1, 2),
                                        URI.create("a:b"),
                                        Locale.FRANCE,
                                        Currency.getInstance("EUR"),
                                        new byte[] {1, -1}))),
                new State<>("byte[]", new TypeReference<byte[]>() {}, new byte[] {1, 2, -3}),
                new State<>("atomics", new TypeReference<Counters>() {}, counters),
                new State<>(
                        "List<Map<String, Object>>",
                        new TypeReference<List<Map<String, Object>>>() {},
                        List.of(document)),
                new State<>(
                        "fields only, with a lock and a listener",
                        new TypeReference<Map<String, Account>>() {},
                        Map.of("a", account)),
                new State<>(
                        "a field without a getter beside one with",
                        new TypeReference<List<Wallet>>() {},
                        List.of(wallet)),
                new State<>("a field of the superclass", new TypeReference<List<Derived>>() {}, List.of(derived)),
                new State<>("builder", new TypeReference<List<Order>>() {}, List.of(new Order("x", 2))),
                new State<>(
                        "@JsonValue",
                        new TypeReference<Map<String, Money>>() {},
                        Map.of("a", new Money(new BigDecimal("1.50")))),
                new State<>("@JsonAnyGetter", new TypeReference<Open>() {}, open),
                new State<>("@JsonUnwrapped", new TypeReference<List<Person>>() {}, List.of(person)),
                new State<>("graph with @JsonIdentityInfo", new TypeReference<Node>() {}, first),
                new State<>(
                        "immutable collections",
                        new TypeReference<Map<String, Set<String>>>() {},
                        Map.of("a", Set.of("x", "y", "z"), "b", Set.of())),
                new State<>(
                        "unmodifiable view",
                        new TypeReference<Map<String, List<Integer>>>() {},
                        Collections.unmodifiableMap(new TreeMap<>(Map.of("a", List.of(1))))),
                new State<>(
                        "NavigableMap with LocalDate keys",
                        new TypeReference<NavigableMap<LocalDate, BigDecimal>>() {},
                        new TreeMap<>(Map.of(LocalDate.EPOCH, BigDecimal.ONE))),
                new State<>(
                        "concurrent collections",
                        new TypeReference<ConcurrentHashMap<Long, ConcurrentLinkedQueue<String>>>() {},
                        new ConcurrentHashMap<>(Map.of(1L, new ConcurrentLinkedQueue<>(List.of("a"))))),
                new State<>(
                        "skip list and copy-on-write",
                        new TypeReference<ConcurrentSkipListMap<String, CopyOnWriteArrayList<Integer>>>() {},
                        new ConcurrentSkipListMap<>(Map.of("a", new CopyOnWriteArrayList<>(List.of(1))))),
                new State<>(
                        "Set<record>",
                        new TypeReference<Set<Block>>() {},
                        new HashSet<>(Set.of(new Block(1, "A", "h"), new Block(2, "B", "i")))),
                new State<>("sorted set", new TypeReference<TreeSet<String>>() {}, new TreeSet<>(Set.of("b", "a"))),
                new State<>(
                        "deque and array",
                        new TypeReference<Deque<int[]>>() {},
                        new ArrayDeque<>(List.of(new int[] {1, 2}))),
                new State<>(
                        "AtomicReference",
                        new TypeReference<AtomicReference<Block>>() {},
                        new AtomicReference<>(new Block(1, "A", "h"))),
                new State<>("String", new TypeReference<String>() {}, "text"),
                new State<>("long", new TypeReference<Long>() {}, 5L));
    }

    @ParameterizedTest
    @MethodSource("states")
    <T> void comesBackAndIsWrittenAsTheSameBytes(State<T> state) throws IOException {
        JsonCodec<T> codec = JsonCodec.of(state.type());
        assertThat(codec.whyUnreadable()).isEmpty();
        byte[] json = write(codec, state.value());

        JsonCodec.Reading<T> read = JsonCodec.of(state.type()).read(new ByteArrayInputStream(json), Set.of(), null);

        assertThat(read.unknown()).isEmpty();
        assertThat(read.missing()).isEmpty();
        assertThat(read.value())
                .usingRecursiveComparison()
                .ignoringFieldsMatchingRegexes(".*(lock|cached)")
                .isEqualTo(state.value());
        assertThat(write(JsonCodec.of(state.type()), read.value())).asString().isEqualTo(new String(json, UTF_8));
        assertThat(codec.readBack(new ByteArrayInputStream(json), true)).isEmpty();
    }

    /** The shortest cycle. */
    static class Link {
        public String name = "canary";
        public @Nullable Link next;
    }

    @Test
    void refusesAnObjectThatHoldsItselfWithItsPath() {
        Link link = new Link();
        link.next = link;
        JsonCodec<List<Link>> codec = JsonCodec.of(new TypeReference<List<Link>>() {});

        assertThatThrownBy(() -> write(codec, List.of(link)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("its objects form a cycle, Link.next is the object that it began with")
                .hasMessageNotContaining("canary");
    }

    @Test
    void refusesACycleOfEntitiesWithItsPath() {
        Author author = new Author();
        author.setId(1L);
        Book book = new Book();
        book.setAuthor(author);
        author.getBooks().add(book);
        JsonCodec<Map<String, Author>> codec = JsonCodec.of(new TypeReference<Map<String, Author>>() {});

        assertThat(codec.whyUnreadable()).as("the type may hold a tree").isEmpty();
        assertThatThrownBy(() -> write(codec, Map.of("canary", author)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("Author.books[].author")
                .hasMessageContaining("@JsonBackReference")
                .hasMessageNotContaining("canary");
    }

    private static <T> byte[] write(JsonCodec<T> codec, @Nullable T value) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        codec.write(value, out);
        return out.toByteArray();
    }
}
