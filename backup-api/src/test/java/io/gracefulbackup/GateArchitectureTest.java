package io.gracefulbackup;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.ArrayList;
import java.util.List;

/** The package rules of the architecture, checked by machine. */
@AnalyzeClasses(packages = "io.gracefulbackup", importOptions = ImportOption.DoNotIncludeTests.class)
class GateArchitectureTest {

    /** From the ground up: each layer may use the layers before it, and no other. DESIGN 3 has the same order. */
    private static final List<String> LAYERS = List.of(
            "io.gracefulbackup.internal.json",
            "io.gracefulbackup",
            "io.gracefulbackup.spi",
            "io.gracefulbackup.spi.lease",
            "io.gracefulbackup.internal.support",
            "io.gracefulbackup.internal.report",
            "io.gracefulbackup.internal.config",
            "io.gracefulbackup.internal.format",
            "io.gracefulbackup.internal.spool",
            "io.gracefulbackup.internal.pointers",
            "io.gracefulbackup.internal.catalog",
            "io.gracefulbackup.internal.retention",
            "io.gracefulbackup.internal.run",
            "io.gracefulbackup.internal.restore",
            "io.gracefulbackup.internal.readiness",
            "io.gracefulbackup.internal.handoff.protocol",
            "io.gracefulbackup.internal.handoff",
            "io.gracefulbackup.internal.hook",
            "io.gracefulbackup.internal.install");

    /** The entry point stands above all layers; its package is near the ground. */
    private static final DescribedPredicate<JavaClass> ENTRY_POINT = JavaClass.Predicates.belongToAnyOf(
                    GracefulShutdown.class, Handoff.class)
            .as("the entry point");

    @ArchTest
    static final ArchRule eachLayerUsesOnlyTheLayersBeforeIt = layers();

    private static ArchRule layers() {
        LayeredArchitecture layers = layeredArchitecture().consideringOnlyDependenciesInLayers();
        for (String layer : LAYERS) {
            layers = layers.layer(layer).definedBy(resideInAPackage(layer).and(DescribedPredicate.not(ENTRY_POINT)));
        }
        layers = layers.layer("entry point").definedBy(ENTRY_POINT);
        for (int i = 0; i < LAYERS.size(); i++) {
            List<String> above = new ArrayList<>(LAYERS.subList(i + 1, LAYERS.size()));
            above.add("entry point");
            layers = layers.whereLayer(LAYERS.get(i)).mayOnlyBeAccessedByLayers(above.toArray(String[]::new));
        }
        return layers.whereLayer("entry point").mayNotBeAccessedByAnyLayer();
    }

    @ArchTest
    static void everyPackageIsALayer(JavaClasses classes) {
        assertThat(classes.stream().map(JavaClass::getPackageName)).isSubsetOf(LAYERS);
    }

    @ArchTest
    static final ArchRule packagesFormNoCircles = slices().assignedFrom(new SliceAssignment() {
                @Override
                public SliceIdentifier getIdentifierOf(JavaClass javaClass) {
                    return ENTRY_POINT.test(javaClass)
                            ? SliceIdentifier.ignore()
                            : SliceIdentifier.of(javaClass.getPackageName());
                }

                @Override
                public String getDescription() {
                    return "packages without the entry point";
                }
            })
            .should()
            .beFreeOfCycles();

    @ArchTest
    static final ArchRule onlyTheHookTouchesTheRuntimesHooks = noClasses()
            .that()
            .resideOutsideOfPackage("io.gracefulbackup.internal.hook")
            .should()
            .callMethod(Runtime.class, "addShutdownHook", Thread.class)
            .orShould()
            .callMethod(Runtime.class, "removeShutdownHook", Thread.class);

    @ArchTest
    static final ArchRule nobodyEndsTheProcess = noClasses()
            .should()
            .callMethod(System.class, "exit", int.class)
            .orShould()
            .callMethod(Runtime.class, "exit", int.class)
            .orShould()
            .callMethod(Runtime.class, "halt", int.class);

    @ArchTest
    static final ArchRule nobodyUsesTheCommonPool = noClasses()
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.util.concurrent.CompletableFuture")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.util.concurrent.ForkJoinPool");

    @ArchTest
    static final ArchRule valuesAreFinal =
            classes().that().areRecords().should().haveModifier(com.tngtech.archunit.core.domain.JavaModifier.FINAL);
}
