/** Given names that are common enough to mean a person where a directory is not at hand. Services are called everything else. Pure. */

export const GIVEN_NAMES: readonly string[] = `
Aaron Adam Adrian Ahmed Aisha Akira Alan Alba Alejandro Alex Alexander Alexandra Alice Alicia Alina Amir Amy Ana Anders Andre Andrea Andreas
Andrew Andy Angela Anita Ann Anna Anne Anton Antonio Anya Arjun Art Arthur Asha Ben Benjamin Bernd Bill Birgit Bjorn Bob Boris Brandon Brian
Bruno Carla Carlos Carmen Caroline Charles Charlotte Chen Chloe Chris Christian Christine Claire Clara Claudia Colin Craig Cristina Dan Dana Daniel
Daniela Dave David Deepak Dennis Derek Dev Diana Diego Dieter Dmitri Dominik Dora Doug Drew Ed Eddie Elena Eli Elias Elif Elisa Elizabeth Ella
Emil Emily Emma Eric Erik Erika Ethan Eva Evan Fatima Felipe Felix Filip Fiona Florian Frank Fred Gabriel Gary George Georg Gina Grant Greg
Gustav Hana Hannah Hans Harry Hassan Heidi Helen Helena Henrik Henry Hiroshi Hugo Ian Ibrahim Ines Ingrid Irina Isabel Ivan Jack Jacob Jake
James Jan Jana Jane Janet Jason Javier Jean Jeff Jenny Jens Jeremy Jessica Jill Jim Joan Joe Johan Johanna John Jon Jonas Jonathan Jordan Jorge
Jose Josef Joseph Josh Joyce Juan Judith Julian Julie Jun Justin Kai Karen Karin Karl Kate Katherine Kathy Katja Keith Kelly Ken Kenji Kevin Kim
Klaus Kristin Kumar Lars Laura Lea Lee Lena Leo Leon Li Liam Lin Linda Lisa Liu Luca Lucas Lucia Luis Lukas Luke Magnus Manuel Marc Marco Marcus
Maria Marie Mario Marion Mark Markus Marta Martha Martin Mary Mathias Matt Matthew Maya Mei Melanie Mia Michael Michelle Miguel Mike Milan Mina
Mohamed Mohammed Monica Nadia Nancy Natalia Nathan Neil Nick Nicole Nils Nina Noah Nora Oleg Olga Oliver Olivia Omar Oscar Pablo Pat Patricia
Patrick Paul Paula Pavel Pedro Peter Petra Phil Philip Pia Pierre Priya Rachel Rafael Raj Rajesh Ralf Ravi Rebecca Ricardo Richard Rick Rita Rob
Robert Roberto Robin Roger Roland Rosa Ryan Sam Samir Samuel Sandra Sanjay Sara Sarah Scott Sean Sebastian Sergei Shreya Silvia Simon Sofia Sonja
Sophie Stefan Stephanie Stephen Steve Sue Sunil Susan Sven Tanja Tanya Tariq Ted Teresa Thomas Tim Tina Tobias Todd Tom Tomas Tony Ulrich Uli
Ursula Uwe Valentina Vera Victor Vijay Viktor Walter Wang Wei William Wolfgang Xavier Yan Yuki Yuri Yusuf Yvonne Zhang Zoe
`
  .trim()
  .split(/\s+/);
