package import EDM
package import Storage
